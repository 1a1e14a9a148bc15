using System.Text.Json.Nodes;
using AgentFunctions.Budgets;
using AgentFunctions.Runs;

namespace AgentFunctions.Http.Views;

/// <summary>A thread's budget.</summary>
/// <param name="LimitUsd">The limit, USD.</param>
/// <param name="SpentUsd">What was spent, USD.</param>
/// <param name="ReservedUsd">What running runs hold, USD.</param>
/// <param name="AvailableUsd">What is left to be reserved, USD.</param>
/// <param name="State"><c>ok</c>, <c>warning</c> from 80% on, <c>exhausted</c>.</param>
public sealed record BudgetView(decimal LimitUsd, decimal SpentUsd, decimal ReservedUsd, decimal AvailableUsd, BudgetLevel State)
{
    internal static BudgetView Of(BudgetState state) =>
        new(state.LimitUsd, state.SpentUsd, state.ReservedUsd, state.AvailableUsd, state.Level);

    /// <summary>A budget that was not touched yet.</summary>
    internal static BudgetView Untouched(decimal limitUsd) => new(limitUsd, 0m, 0m, limitUsd, BudgetLevel.Ok);
}

/// <summary>A thread.</summary>
/// <param name="ThreadId">The id.</param>
/// <param name="Tenant">Who owns it.</param>
/// <param name="Department">Whose budget it counts against.</param>
/// <param name="Metadata">The caller's own data.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="Budget">Its budget.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Runs">Its newest root runs, newest first.</param>
public sealed record ThreadView(
    string ThreadId,
    string Tenant,
    string? Department,
    JsonObject? Metadata,
    DateTimeOffset CreatedAt,
    BudgetView Budget,
    int Files,
    IReadOnlyList<RunSummary> Runs);

/// <summary>Files of a thread, ordered by path.</summary>
/// <param name="Files">The files.</param>
public sealed record FileList(IReadOnlyList<ThreadFile> Files);

/// <summary>A run in a list.</summary>
/// <param name="RunId">The id.</param>
/// <param name="ThreadId">The thread.</param>
/// <param name="Tenant">Who owns the thread.</param>
/// <param name="Agent">The agent.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Reason">Why it stands there.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="CompletedAt">UTC.</param>
public sealed record RunSummary(
    string RunId,
    string ThreadId,
    string Tenant,
    string Agent,
    RunStatus Status,
    string? Reason,
    DateTimeOffset CreatedAt,
    DateTimeOffset? CompletedAt)
{
    internal static RunSummary Of(RunRecord run) => new(
        run.RunId, run.ThreadId, run.Tenant, run.Agent, run.Status, run.Reason, run.CreatedAt, run.CompletedAt);
}

/// <summary>A page of runs, newest first.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Cursor">To be sent for the next page; missing on the last one.</param>
public sealed record RunList(IReadOnlyList<RunSummary> Runs, string? Cursor);
