namespace AgentFunctions.Storage.Sqlite;

/// <summary>A change that waits for its group, and its outcome.</summary>
internal sealed class PendingWrite(Func<SqlSession, object?> work, CancellationToken cancellationToken)
{
    private object? result;
    private Exception? error;

    /// <summary>The outcome, known to the caller only after the group is on disk.</summary>
    public TaskCompletionSource<object?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Runs the change; <see langword="false"/> where it failed and must be undone.</summary>
    public bool TryRun(SqlSession session)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            result = work(session);
            return true;
        }
        catch (Exception thrown)
        {
            error = thrown;
            return false;
        }
    }

    /// <summary>Replaces the outcome by a failure.</summary>
    public void Fail(Exception failure) => error = failure;

    /// <summary>Tells the caller.</summary>
    public void Complete()
    {
        switch (error)
        {
            case null:
                Done.SetResult(result);
                break;
            case OperationCanceledException when cancellationToken.IsCancellationRequested:
                Done.SetCanceled(cancellationToken);
                break;
            default:
                Done.SetException(error);
                break;
        }
    }
}
