using AgentFunctions.Agents;
using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Views;
using AgentFunctions.Queue;
using AgentFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Http;

/// <summary>Whether the app lives and can work.</summary>
public sealed class HealthApi(
    IRunStore runs, IAgentCatalog agents, RunQueue queue, IToolCircuitStore circuits, RecentHealth recent, ILogger<HealthApi> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary><c>GET /health</c>: 200, or 503 where something is wrong. Open to all, as probes have no key; so it tells no more than that,
    /// and looks once a second at most.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetHealth))]
    public async Task<IActionResult> GetHealth(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var health = await recent.GetAsync(async () =>
        {
            var found = await CheckAsync(client, CancellationToken.None);
            return new HealthSummary(found.Live, found.Ready);
        }).WaitAsync(cancellationToken);
        return Of(health.Ready, health);
    }

    /// <summary><c>GET /health/details</c>: as <c>GET /health</c>, with what is wrong.</summary>
    /// <param name="request">The request.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetHealthDetails))]
    public async Task<IActionResult> GetHealthDetails(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "health/details")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var health = await CheckAsync(client, cancellationToken);
        return Of(health.Ready, health);
    }

    private static Answer Of(bool isReady, object shown) =>
        new(isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, shown);

    private async Task<HealthView> CheckAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        IReadOnlyList<ToolCircuit> open = [];
        var checks = await Task.WhenAll(
            CheckAsync(
                "store",
                async token =>
                {
                    await runs.ListAsync(new RunQuery(PageSize: 1), token);
                    open = await circuits.ListOpenAsync(token);
                },
                cancellationToken),
            CheckAsync("agents", agents.ListAsync, cancellationToken),
            CheckAsync("durable", token => client.GetInstanceAsync("health", token), cancellationToken),
            CheckAsync("queue", queue.ProbeAsync, cancellationToken));
        return new HealthView(
            Live: true,
            checks.All(check => check.Ok),
            checks,
            [.. open.Select(each => new OpenCircuit(each.Tool, each.State, each.Until))]);
    }

    private async Task<HealthCheck> CheckAsync(string name, Func<CancellationToken, Task> check, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            await check(limit.Token).WaitAsync(limit.Token);
            return new HealthCheck(name, Ok: true);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // The message may name hosts and files, which are nobody's business but the operator's.
            logger.LogWarning(error, "The health check '{Check}' failed.", name);
            return new HealthCheck(name, Ok: false, $"It failed with {error.GetType().Name}; the log says why.");
        }
    }
}
