using System.Text.Json.Nodes;
using AgentFunctions.Budgets;
using AgentFunctions.Runs;

namespace AgentFunctions.Http.Views;

/// <summary>The budget of a thread or a department.</summary>
/// <param name="LimitUsd">The limit, USD; missing where it has none.</param>
/// <param name="SpentUsd">What was spent, USD.</param>
/// <param name="ReservedUsd">What is held and not spent, USD.</param>
/// <param name="AvailableUsd">What is left to be reserved, USD; missing where there is no limit.</param>
/// <param name="State"><c>ok</c>, <c>warning</c> from the alert's share of a limit on, <c>exhausted</c>.</param>
/// <param name="Limits">All limits; what is missing is not limited here.</param>
/// <param name="Spent">All that was spent.</param>
/// <param name="Reserved">All that is held and not spent.</param>
/// <param name="AlertAt">Share of a limit at which the alert is raised.</param>
public sealed record BudgetView(
    decimal? LimitUsd,
    decimal SpentUsd,
    decimal ReservedUsd,
    decimal? AvailableUsd,
    BudgetLevel State,
    BudgetLimits Limits,
    Amounts Spent,
    Amounts Reserved,
    decimal AlertAt)
{
    internal static BudgetView Of(BudgetAccount account) => new(
        account.Limits.Usd,
        account.Spent.Usd,
        account.Reserved.Usd,
        account.Limits.Less(account.Spent + account.Reserved).Usd,
        account.Level,
        account.Limits,
        account.Spent,
        account.Reserved,
        account.AlertAt);

    /// <summary>A budget that was not touched yet.</summary>
    internal static BudgetView Untouched(BudgetLimits limits, decimal alertAt) =>
        Of(new BudgetAccount { IsOpen = true, Limits = limits, AlertAt = alertAt });
}

/// <summary>A department.</summary>
/// <param name="Department">Its name.</param>
/// <param name="Budget">The budget of all its threads together.</param>
public sealed record DepartmentView(string Department, BudgetView Budget);

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
/// <param name="Priority">How urgent it is.</param>
/// <param name="AdmittedAt">UTC time at which it was admitted first.</param>
public sealed record RunSummary(
    string RunId,
    string ThreadId,
    string Tenant,
    string Agent,
    RunStatus Status,
    string? Reason,
    DateTimeOffset CreatedAt,
    DateTimeOffset? CompletedAt,
    RunPriority Priority,
    DateTimeOffset? AdmittedAt)
{
    internal static RunSummary Of(RunRecord run) => new(
        run.RunId, run.ThreadId, run.Tenant, run.Agent, run.Status, run.Reason, run.CreatedAt, run.CompletedAt, run.Priority, run.AdmittedAt);
}

/// <summary>A page of runs, newest first.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Cursor">To be sent for the next page; missing on the last one.</param>
public sealed record RunList(IReadOnlyList<RunSummary> Runs, string? Cursor);
