using System.Globalization;
using AgentFunctions.Budgets;
using AgentFunctions.Http.Views;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using Spectre.Console;

namespace LegalAudit.Driver;

/// <summary>Shows a run while it goes on.</summary>
internal static class LiveView
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Shows the run until it has ended or waits for budget: drawn in place on a terminal, line by line elsewhere.</summary>
    public static Task<RunView> FollowAsync(IAnsiConsole screen, ApiClient api, string runId, CancellationToken cancellationToken)
    {
        if (screen.Profile.Capabilities.Ansi)
        {
            return screen.Live(new Text("")).StartAsync(live =>
                FollowAsync(api, runId, (run, budget) => live.UpdateTarget(Draw(run, budget)), cancellationToken));
        }

        var last = "";
        return FollowAsync(api, runId, Line, cancellationToken);

        void Line(RunView run, BudgetView budget)
        {
            var line = Describe(run, budget);
            if (line != last)
            {
                screen.WriteLine(last = line);
            }
        }
    }

    private static async Task<RunView> FollowAsync(
        ApiClient api, string runId, Action<RunView, BudgetView> show, CancellationToken cancellationToken)
    {
        while (true)
        {
            var run = await api.GetRunAsync(runId, cancellationToken);
            var thread = await api.GetThreadAsync(run.ThreadId, cancellationToken);
            show(run, thread.Budget);
            if (HasStopped(run, thread.Budget))
            {
                return run;
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }

    private static string Describe(RunView run, BudgetView budget) => string.Create(
        CultureInfo.InvariantCulture,
        $"{run.Status}: {run.Steps.Count(step => step.Status == StepStatus.Completed)} of {run.Steps.Count(step => step.Status != StepStatus.Replaced)} steps, {run.Children.Finished} of {run.Children.Total} children, {budget.SpentUsd:0.0000} of {budget.LimitUsd:0.00} USD, {run.Replans} replans");

    /// <summary>A run that was just given budget shows as paused a moment longer; its budget does not.</summary>
    private static bool HasStopped(RunView run, BudgetView budget) => run.Status switch
    {
        RunStatus.Completed or RunStatus.Failed or RunStatus.Canceled or RunStatus.Expired => true,
        RunStatus.Paused => budget.State == BudgetLevel.Exhausted,
        _ => false,
    };

    private static Rows Draw(RunView run, BudgetView budget)
    {
        var steps = new Table().Border(TableBorder.Rounded).AddColumns("Step", "Kind", "State", "Children");
        foreach (var step in run.Steps)
        {
            steps.AddRow(
                Markup.Escape(step.Id),
                Markup.Escape($"{step.Kind} {step.Tool ?? step.Agent}"),
                $"[{Color(step.Status)}]{step.Status}[/]",
                step.Children is { Count: > 0 } children ? Children(children) : "");
        }

        var facts = new Grid().AddColumn().AddColumn()
            .AddRow("Run", Markup.Escape(run.RunId))
            .AddRow("State", $"[bold]{run.Status}[/] {Markup.Escape(run.Reason ?? "")}")
            .AddRow("Budget", Budget(budget))
            .AddRow("Used", string.Create(
                CultureInfo.InvariantCulture,
                $"{run.Usage.ModelCalls} model calls, {run.Usage.ToolCalls} tool calls, {run.Usage.InputTokens + run.Usage.OutputTokens:N0} tokens, {run.Replans} replans"));
        return new Rows(steps, facts);
    }

    private static string Children(IReadOnlyDictionary<string, int> children)
    {
        var done = children.GetValueOrDefault("completed") + children.GetValueOrDefault("failed");
        var states = string.Join(", ", children.OrderBy(state => state.Key, StringComparer.Ordinal).Select(state => $"{state.Value} {state.Key}"));
        return string.Create(CultureInfo.InvariantCulture, $"[bold]{done} of {children.Values.Sum()}[/] done: {Markup.Escape(states)}");
    }

    private static string Budget(BudgetView budget) => string.Create(
        CultureInfo.InvariantCulture,
        $"{budget.SpentUsd:0.0000} of {budget.LimitUsd:0.00} USD spent, {budget.ReservedUsd:0.0000} held, {budget.State}");

    private static string Color(StepStatus status) => status switch
    {
        StepStatus.Completed => "green",
        StepStatus.Failed => "red",
        StepStatus.Running => "yellow",
        StepStatus.Pending or StepStatus.Waiting or StepStatus.Skipped or StepStatus.Replaced => "grey",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Unknown state of a step."),
    };
}
