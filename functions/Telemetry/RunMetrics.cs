using System.Diagnostics;
using System.Diagnostics.Metrics;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Telemetry;

/// <summary>Counts what was committed. Tokens and durations of model calls are counted where the calls are made, as <c>gen_ai.client.*</c>.</summary>
internal static class RunMetrics
{
    private static readonly Counter<double> Cost = TelemetryNames.Metrics.CreateCounter<double>(
        TelemetryNames.CostUsd, "{USD}", "What model and tool calls have cost.");

    private static readonly Counter<long> Ended = TelemetryNames.Metrics.CreateCounter<long>(
        "agentfunctions.runs.ended", "{run}", "Runs that have ended, by how.");

    private static readonly Histogram<double> Duration = TelemetryNames.Metrics.CreateHistogram<double>(
        "agentfunctions.run.duration", "s", "From the creation of a run to its end.");

    private static readonly Counter<long> BudgetEvents = TelemetryNames.Metrics.CreateCounter<long>(
        "agentfunctions.budget.events", "{event}", "Budget alerts, changes of budgets, and pauses for them.");

    /// <summary>Whether there is anything to count of an event.</summary>
    /// <param name="draft">The event.</param>
    public static bool Counts(AuditDraft draft) => draft.CostUsd != 0m || IsOfBudget(draft.Type);

    /// <summary>Counts an event.</summary>
    /// <param name="run">Its run.</param>
    /// <param name="draft">The event.</param>
    public static void Count(RunRecord run, AuditDraft draft)
    {
        if (draft.CostUsd != 0m)
        {
            var kind = draft.Type.StartsWith("model.", StringComparison.Ordinal) ? "model" : "tool";
            Cost.Add((double)draft.CostUsd, new("kind", kind), new(TelemetryNames.Agent, run.Agent), new(TelemetryNames.Tenant, run.Tenant));
        }

        if (IsOfBudget(draft.Type))
        {
            BudgetEvents.Add(1, new("type", draft.Type), new(TelemetryNames.Tenant, run.Tenant));
        }
    }

    /// <summary>Counts the end of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="end">When.</param>
    public static void CountEnd(RunRecord run, string status, DateTimeOffset end)
    {
        var tags = new TagList { { TelemetryNames.RunStatus, status }, { TelemetryNames.Agent, run.Agent } };
        Ended.Add(1, tags);
        Duration.Record((end - run.CreatedAt).TotalSeconds, tags);
    }

    private static bool IsOfBudget(string type) => type is "budget.alert" or "budget.changed" or "run.paused";
}
