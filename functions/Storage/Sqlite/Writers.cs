namespace AgentFunctions.Storage.Sqlite;

/// <summary>Whether a run may still change what belongs to its thread.</summary>
internal static class Writers
{
    /// <exception cref="FileWriterGoneException">The writer's run has ended, or was rolled back.</exception>
    public static void RequireTheSay(SqlSession session, FileWriter? writer)
    {
        if (writer is null)
        {
            return;
        }

        var run = RunRow.Find(session, writer.RunId)?.Run;
        if (run is not { IsFinished: false, RollingBackTo: null } || run.Branch != writer.Branch)
        {
            throw new FileWriterGoneException();
        }
    }
}
