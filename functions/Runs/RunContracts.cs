namespace AgentFunctions.Runs;

/// <summary>Names of the orchestrations that triggers start.</summary>
public static class Orchestrations
{
    /// <summary>Carries out one run; its instance id is the run's id. Input: <see cref="RunInput"/>.</summary>
    public const string AgentRun = nameof(AgentRun);

    /// <summary>Ends a run and all its descendants. Input: <see cref="EndRunRequest"/>. Instance id: <c>end-{runId}</c>.</summary>
    public const string EndRun = nameof(EndRun);

    /// <summary>Returns a run to a checkpoint. Input: <see cref="Rollback.RollbackRequest"/>. Instance id: <c>rollback-{runId}-{branch}</c>.</summary>
    public const string RollBackRun = nameof(RollBackRun);

    /// <summary>Ends a run at its deadline. Input: <see cref="RunDeadline"/>. Instance id: <c>deadline-{runId}</c>.</summary>
    public const string RunDeadline = nameof(RunDeadline);

    /// <summary>Changes a thread's limit. Input and output: <see cref="Budgets.BudgetChange"/>, <see cref="Budgets.BudgetState"/>.</summary>
    public const string ChangeBudget = nameof(ChangeBudget);

    /// <summary>Watches a question that waits for an answer. Input: <see cref="Approvals.WatchedApproval"/>. Instance id: <c>watch-{approvalId}</c>.</summary>
    public const string ApprovalWatch = nameof(ApprovalWatch);

    /// <summary>Tells outside systems what has happened. Input: <see cref="Webhooks.WebhookEvent"/>. Instance id: its <c>InstanceId</c>.</summary>
    public const string SendWebhook = nameof(SendWebhook);
}

/// <summary>Names of the external events that runs wait for.</summary>
public static class RunEvents
{
    /// <summary>There may be budget again. No payload.</summary>
    public const string BudgetChanged = nameof(BudgetChanged);

    /// <summary>The run of a deadline has ended. No payload.</summary>
    public const string RunEnded = nameof(RunEnded);

    /// <summary>A child was rolled back, and its supervisor is to let it go on. No payload.</summary>
    /// <param name="runId">The child.</param>
    /// <param name="branch">Its new branch.</param>
    public static string BranchReady(string runId, int branch) => $"branch:{Branches.RunInstances.Of(runId, branch)}";

    /// <summary>Waited for by who is about to be ended; it never comes. No payload.</summary>
    public const string Never = nameof(Never);

    /// <summary>An approval needs no watching any more. No payload.</summary>
    public const string ApprovalClosed = nameof(ApprovalClosed);

    /// <summary>An approval was answered. No payload: the answer is in the store.</summary>
    /// <param name="approvalId">The approval.</param>
    public static string ApprovalAnswered(string approvalId) => $"approval:{approvalId}";
}

/// <summary>Input of the <c>AgentRun</c> orchestration; everything else is in the run's record.</summary>
/// <param name="RunId">The run.</param>
public sealed record RunInput(string RunId);

/// <summary>The message on the queue <c>runs</c>. Its <c>MessageId</c> is the run's id.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Tenant">The tenant that owns the thread.</param>
public sealed record RunMessage(string RunId, string Tenant)
{
    /// <summary>The queue's name.</summary>
    public const string Queue = "runs";
}

/// <summary>Ends a run and all its descendants.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Status"><see cref="RunStatus.Canceled"/> or <see cref="RunStatus.Expired"/>.</param>
/// <param name="By">Who.</param>
/// <param name="Reason">Why.</param>
public sealed record EndRunRequest(string RunId, RunStatus Status, string By, string Reason)
{
    /// <summary><see cref="By"/> of what the runtime ends itself.</summary>
    public const string Runtime = "runtime";
}

/// <summary>When a run expires.</summary>
/// <param name="RunId">The run.</param>
/// <param name="At">UTC.</param>
public sealed record RunDeadline(string RunId, DateTime At);
