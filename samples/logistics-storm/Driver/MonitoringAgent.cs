using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AgentFunctions;
using LogisticsStorm.Network;

namespace LogisticsStorm.Driver;

/// <summary>
/// Plays the monitoring agent: sends one request for each cargo that an alert hits, all of them within a second, and keeps at each of them
/// until it is accepted. The same idempotency key makes a request that is sent again the same run.
/// </summary>
/// <param name="api">The API.</param>
/// <param name="threads">The thread of each tenant.</param>
internal sealed class MonitoringAgent(ApiClient api, IReadOnlyDictionary<string, string> threads)
{
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<string, ReplanningRequest> accepted = new(StringComparer.Ordinal);
    private int overloads;
    private int interruptions;

    /// <summary>The accepted requests by run.</summary>
    public IReadOnlyDictionary<string, ReplanningRequest> Accepted => accepted;

    /// <summary>Answers that asked to come again later.</summary>
    public int Overloads => overloads;

    /// <summary>Requests that got no answer and were sent again.</summary>
    public int Interruptions => interruptions;

    /// <summary>Seconds from the first request to the last one.</summary>
    public double SendSeconds { get; private set; }

    /// <summary>Seconds from the first request until the last one was accepted.</summary>
    public double AcceptSeconds { get; private set; }

    /// <summary>Sends everything; returns when all of it was accepted.</summary>
    /// <param name="requests">The requests.</param>
    /// <param name="cancellationToken">Ends the sending.</param>
    /// <exception cref="StormException">A request was refused for good.</exception>
    public async Task SendAsync(IReadOnlyList<ReplanningRequest> requests, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var sending = new List<Task>(requests.Count);
        for (var index = 0; index < requests.Count; index++)
        {
            var due = Burst * index / requests.Count;
            if (due - clock.Elapsed is { TotalMilliseconds: > 1 } early)
            {
                await Task.Delay(early, cancellationToken);
            }

            var request = requests[index];
            sending.Add(Task.Run(() => SendAsync(request, cancellationToken), cancellationToken));
        }

        SendSeconds = clock.Elapsed.TotalSeconds;
        await Task.WhenAll(sending);
        AcceptSeconds = clock.Elapsed.TotalSeconds;
    }

    private async Task SendAsync(ReplanningRequest request, CancellationToken cancellationToken)
    {
        var body = new
        {
            agent = "storm-replanner",
            goal = $"Find {request.Cargo.Id} a new route: {request.AlertId} has broken its booking.",
            input = new { alertId = request.AlertId, cargoId = request.Cargo.Id },
            priority = request.Cargo.Priority,
        };
        while (true)
        {
            try
            {
                using var answer = await api.PostRunAsync(threads[request.Cargo.Tenant], body, $"replan-{request.Cargo.Id}", cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    var run = await answer.Content.ReadFromJsonAsync<JsonObject>(AgentJson.Options, cancellationToken);
                    accepted[run!["runId"]!.GetValue<string>()] = request;
                    return;
                }

                if (!ApiClient.IsOverload(answer.StatusCode))
                {
                    throw new StormException(
                        $"The request for {request.Cargo.Id} was refused: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
                }

                Interlocked.Increment(ref overloads);
                await Task.Delay(answer.Headers.RetryAfter?.Delta ?? ShortPause, cancellationToken);
            }
            catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // The host was killed while it held the request.
                Interlocked.Increment(ref interruptions);
                await Task.Delay(ShortPause, cancellationToken);
            }
        }
    }
}
