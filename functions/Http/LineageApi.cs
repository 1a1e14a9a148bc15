using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Requests;
using AgentFunctions.Http.Views;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Http;

/// <summary>Which decision led to what.</summary>
public sealed class LineageApi(IRunStore runs, IRunJournal journal, IBlobStore blobs, TimeProvider time)
{
    private const int MostFollowed = 1000;

    /// <summary><c>GET /runs/{runId}/lineage</c>: which decision led to which effect at which cost, in the run and all its descendants.</summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetLineage))]
    public Task<IActionResult> GetLineage(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/lineage")] HttpRequest request,
        string runId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var run = await runs.RequireAsync(request, runId, cancellationToken);
            var tree = RunTree.Below(run.RunId, await runs.ListTreeAsync(run.RootRunId, cancellationToken));
            return Answer.Ok(LineageBuilder.Build(await LogsAsync(tree, cancellationToken)));
        });

    /// <summary>
    /// <c>GET /runs/{runId}/audit/decisions?agent=&amp;at=&amp;type=&amp;tree=&amp;limit=</c>: what the agent (or the human of that name) had decided
    /// by then, the newest first: on what input, with what output, under which rules, at which cost, and what followed from it.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetDecisions))]
    public Task<IActionResult> GetDecisions(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/audit/decisions")] HttpRequest request,
        string runId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var (agent, type) = (request.Query.Text("agent"), request.Query.Text("type"));
            var at = request.Query.Time("at") ?? time.GetUtcNow();
            var limit = (int)(request.Query.Number("limit", 1, Paging.Default) ?? 1);
            var asked = await runs.AskedAsync(request, runId, cancellationToken);
            var events = (await LogsAsync(asked, cancellationToken)).SelectMany(log => log.Events).ToList();
            var decisions = new List<DecisionView>();
            foreach (var decision in Decisions.Of(events, agent, at, type).Take(limit))
            {
                decisions.Add(await ViewAsync(decision, events, cancellationToken));
            }

            return Answer.Ok(new DecisionList(decisions));
        });

    private async Task<DecisionView> ViewAsync(AuditEvent decision, IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        var followed = Decisions.FollowedFrom(decision, events);
        return new DecisionView(
            decision,
            await PayloadAsync(decision.InputHash, cancellationToken),
            await PayloadAsync(decision.OutputHash, cancellationToken),
            decision.CostUsd,
            decision.Policy,
            await RulesAsync(decision, events, cancellationToken),
            followed.Sum(effect => effect.CostUsd),
            followed.Count,
            [.. followed.Take(MostFollowed)]);
    }

    private async Task<JsonNode?> PayloadAsync(string? hash, CancellationToken cancellationToken)
    {
        if (hash is null || await blobs.GetAsync(hash, cancellationToken) is not { } content)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(content);
        }
        catch (JsonException)
        {
            return Convert.ToBase64String(content);
        }
    }

    /// <summary>The rules as they were when the run started, whatever has become of them since.</summary>
    private async Task<DecisionRules?> RulesAsync(
        AuditEvent decision, IReadOnlyList<AuditEvent> events, CancellationToken cancellationToken)
    {
        var started = events.FirstOrDefault(entry => entry.RunId == decision.RunId && entry.Type == "run.started");
        if ((string?)started?.Data?["catalog"] is not { } hash || await blobs.GetAsync(hash, cancellationToken) is null)
        {
            return null;
        }

        var catalog = await blobs.GetJsonAsync<RunCatalog>(hash, cancellationToken);
        return new DecisionRules(
            catalog.Policies.FirstOrDefault(policy => policy.Name == decision.Policy?.Name && policy.Hash == decision.Policy.Hash)?.Declared,
            catalog.Agents.FirstOrDefault(agent => agent.Definition.Name == decision.Actor.Id)?.Definition);
    }

    private async Task<IReadOnlyList<(RunRecord Run, IReadOnlyList<AuditEvent> Events)>> LogsAsync(
        IReadOnlyList<RunRecord> asked, CancellationToken cancellationToken)
    {
        var logs = new List<(RunRecord Run, IReadOnlyList<AuditEvent> Events)>();
        foreach (var run in asked)
        {
            logs.Add((run, await journal.ReadEventsAsync(run.RunId, 0, cancellationToken)));
        }

        return logs;
    }
}
