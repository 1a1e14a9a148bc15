using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions;
using AgentFunctions.Budgets;
using AgentFunctions.Http.Views;
using AgentFunctions.Runs;
using Spectre.Console;

namespace LegalAudit.Driver;

/// <summary>What an audit came to; with --json the last line of stdout.</summary>
/// <param name="RunId">The run.</param>
/// <param name="ThreadId">The thread.</param>
/// <param name="Status">How the run ended, or <c>paused</c>.</param>
/// <param name="Reason">Why, where it is not completed.</param>
/// <param name="Documents">Documents in the report.</param>
/// <param name="Children">Child agents that were spawned.</param>
/// <param name="Findings">Findings in the report.</param>
/// <param name="CostUsd">Exact cost, USD.</param>
/// <param name="Tokens">Input and output tokens.</param>
/// <param name="ModelCalls">Model calls.</param>
/// <param name="ToolCalls">Tool calls.</param>
/// <param name="Replans">How often the supervisor replanned.</param>
/// <param name="StepsExecuted">Steps that this process executed.</param>
/// <param name="StepsReplayed">Steps that earlier processes executed, and this one did not again.</param>
/// <param name="BudgetState"><c>ok</c>, <c>warning</c> or <c>exhausted</c>.</param>
/// <param name="AuditVerified">Whether the hash chains of the run and of all its children hold.</param>
/// <param name="ReportPath">The report as JSON.</param>
/// <param name="ReportMarkdownPath">The report as Markdown.</param>
internal sealed record Summary(
    string RunId,
    string ThreadId,
    RunStatus Status,
    string? Reason,
    int Documents,
    int Children,
    int Findings,
    decimal CostUsd,
    long Tokens,
    int ModelCalls,
    int ToolCalls,
    int Replans,
    int StepsExecuted,
    int StepsReplayed,
    BudgetLevel BudgetState,
    bool AuditVerified,
    string? ReportPath,
    string? ReportMarkdownPath)
{
    private static readonly JsonSerializerOptions WithNulls = new(AgentJson.Options)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.Never,
    };

    public static async Task<Summary> CollectAsync(ApiClient api, RunView run, string folder, CancellationToken cancellationToken)
    {
        var thread = await api.GetThreadAsync(run.ThreadId, cancellationToken);
        var report = run.Status == RunStatus.Completed ? run.Result as JsonObject : null;
        return new Summary(
            run.RunId,
            run.ThreadId,
            run.Status,
            run.Reason,
            Count(report, "documents"),
            run.Children.Total,
            Count(report, "findings"),
            run.Usage.CostUsd,
            run.Usage.InputTokens + run.Usage.OutputTokens,
            run.Usage.ModelCalls,
            run.Usage.ToolCalls,
            run.Replans,
            run.StepsExecuted,
            run.StepsReplayed,
            thread.Budget.State,
            await api.VerifyAuditAsync(run.RunId, cancellationToken),
            await SaveAsync(api, run, report, "reportPath", folder, cancellationToken),
            await SaveAsync(api, run, report, "reportMarkdownPath", folder, cancellationToken));
    }

    public void Print(IAnsiConsole screen, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(this, WithNulls));
            return;
        }

        screen.MarkupLineInterpolated($"[bold]{Status}[/] {Reason ?? ""}");
        if (ReportPath is not null)
        {
            screen.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Report:  [blue]{ReportMarkdownPath}[/]");
            screen.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"         [blue]{ReportPath}[/]");
            screen.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"         {Documents} documents, {Children} child agents, {Findings} findings");
        }

        screen.MarkupLineInterpolated(
            CultureInfo.InvariantCulture,
            $"Cost:    {CostUsd} USD, {Tokens:N0} tokens, {ModelCalls} model calls, {ToolCalls} tool calls, {Replans} replans, budget {BudgetState}");
        screen.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Steps:   {StepsExecuted} executed, {StepsReplayed} replayed");
        screen.MarkupLineInterpolated($"Audit:   {(AuditVerified ? "verified: every hash chain holds" : "NOT VERIFIED: a hash chain is broken")}");
        if (Status == RunStatus.Paused)
        {
            screen.MarkupLine("Nothing was lost. The same command with a higher --budget goes on where it stopped.");
        }
    }

    private static int Count(JsonObject? report, string name) => report?[name]?.GetValue<int>() ?? 0;

    private static async Task<string?> SaveAsync(
        ApiClient api, RunView run, JsonObject? report, string name, string folder, CancellationToken cancellationToken)
    {
        if (report?[name]?.GetValue<string>() is not { } path)
        {
            return null;
        }

        var local = Path.Combine(folder, Path.GetFileName(path));
        await File.WriteAllBytesAsync(local, await api.DownloadAsync(run.ThreadId, path, cancellationToken), cancellationToken);
        return local;
    }
}
