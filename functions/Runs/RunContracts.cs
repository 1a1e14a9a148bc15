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

    /// <summary>
    /// Owns a schedule, for as long as it exists. Input: <see cref="Schedules.ScheduleOwnerInput"/>. Instance id: the schedule's
    /// <c>OwnerId</c>.
    /// </summary>
    public const string ScheduleOwner = nameof(ScheduleOwner);

    /// <summary>
    /// Changes the limits of a department, a thread or a run. Input: <see cref="Budgets.BudgetChange"/>. Output: the department's or
    /// thread's <see cref="Budgets.BudgetAccount"/>.
    /// </summary>
    public const string ChangeBudget = nameof(ChangeBudget);

    /// <summary>Watches a question that waits for an answer. Input: <see cref="Approvals.WatchedApproval"/>. Instance id: <c>watch-{approvalId}</c>.</summary>
    public const string ApprovalWatch = nameof(ApprovalWatch);

    /// <summary>Tells outside systems what has happened. Input: <see cref="Webhooks.WebhookEvent"/>. Instance id: its <c>InstanceId</c>.</summary>
    public const string SendWebhook = nameof(SendWebhook);
}

/// <summary>Names of the external events that runs wait for.</summary>
public static class RunEvents
{
    /// <summary>A loop or a child run asks its run for budget. Payload: <see cref="Budgets.BudgetAsk"/>.</summary>
    public const string BudgetAsked = nameof(BudgetAsked);

    /// <summary>What was asked for is answered. Payload: <see cref="Budgets.BudgetAnswer"/>.</summary>
    public const string BudgetAnswered = nameof(BudgetAnswered);

    /// <summary>A limit was lowered: what is not needed at once is to be given back. No payload.</summary>
    public const string BudgetRecalled = nameof(BudgetRecalled);

    /// <summary>The run's own limits have changed. Payload: <see cref="Budgets.BudgetLimits"/>.</summary>
    public const string BudgetLimitsChanged = nameof(BudgetLimitsChanged);

    /// <summary>The run of a deadline has ended. No payload.</summary>
    public const string RunEnded = nameof(RunEnded);

    /// <summary>A schedule was changed, or its run has ended. No payload.</summary>
    public const string ScheduleChanged = nameof(ScheduleChanged);

    /// <summary>The run has a slot again, which it had given up. No payload.</summary>
    public const string Admitted = nameof(Admitted);

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
/// <param name="Slice">What its supervisor hands to it of its own budget.</param>
/// <param name="AdmittedAt">UTC time at which it was admitted; only of a root run.</param>
public sealed record RunInput(string RunId, Budgets.BudgetSlice? Slice = null, DateTimeOffset? AdmittedAt = null);

/// <summary>Output of the <c>AgentRun</c> orchestration.</summary>
/// <param name="Outcome">How the run ended.</param>
/// <param name="Spent">What it and its descendants have spent.</param>
public sealed record RunReport(RunOutcome Outcome, Budgets.Amounts Spent);

/// <summary>The message on the queue <c>runs</c>. Its <c>MessageId</c> is the run's id.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Tenant">The tenant that owns the thread.</param>
/// <param name="AcceptedHash">
/// Content hash of the <see cref="Queue.AcceptedRun"/>, by which the run is put on record where the process that has accepted it died
/// before it could; <see langword="null"/> for a run that is on record.
/// </param>
public sealed record RunMessage(string RunId, string Tenant, string? AcceptedHash = null)
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
