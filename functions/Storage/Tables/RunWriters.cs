namespace AgentFunctions.Storage.Tables;

/// <summary>Whether a run may still change what belongs to its thread.</summary>
internal sealed class RunWriters(RunPartition partition)
{
    /// <exception cref="FileWriterGoneException">The writer's run has ended, or was rolled back.</exception>
    public async Task RequireTheSayAsync(FileWriter? writer, CancellationToken cancellationToken)
    {
        if (writer is null)
        {
            return;
        }

        var run = (await partition.FindHeadAsync(writer.RunId, cancellationToken))?.Run;
        if (run is not { IsFinished: false, RollingBackTo: null } || run.Branch != writer.Branch)
        {
            throw new FileWriterGoneException();
        }
    }
}
