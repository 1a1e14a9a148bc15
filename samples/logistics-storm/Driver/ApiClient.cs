using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AgentFunctions;
using AgentFunctions.Http.Views;

namespace LogisticsStorm.Driver;

/// <summary>The app's HTTP API, as any client would use it.</summary>
internal sealed class ApiClient(Uri address) : IDisposable
{
    private const int PageSize = 1_000;

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 256 })
    {
        BaseAddress = new Uri(address, "/api/"),
        Timeout = TimeSpan.FromMinutes(2),
    };

    public Task CreateThreadAsync(string threadId, string tenant, decimal budgetUsd, CancellationToken cancellationToken) =>
        SendAsync<JsonObject>(HttpMethod.Post, "threads", Json(new { threadId, tenant, budgetUsd }), cancellationToken);

    public Task<ThreadView> GetThreadAsync(string threadId, CancellationToken cancellationToken) =>
        SendAsync<ThreadView>(HttpMethod.Get, $"threads/{threadId}", body: null, cancellationToken);

    /// <summary>Asks for a run once; the caller reads the answer.</summary>
    public Task<HttpResponseMessage> PostRunAsync(string threadId, object body, string idempotencyKey, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"threads/{threadId}/runs", UriKind.Relative)) { Content = Json(body) };
        request.Headers.Add("Idempotency-Key", idempotencyKey);
        return http.SendAsync(request, cancellationToken);
    }

    /// <summary>All runs that no run has spawned.</summary>
    public async Task<IReadOnlyList<RunSummary>> ListRunsAsync(CancellationToken cancellationToken)
    {
        var all = new List<RunSummary>();
        string? cursor = null;
        do
        {
            var page = await SendAsync<RunList>(HttpMethod.Get, $"runs?limit={PageSize}{Cursor(cursor)}", body: null, cancellationToken);
            all.AddRange(page.Runs);
            cursor = page.Cursor;
        }
        while (cursor is not null);

        return all;
    }

    /// <summary>The runs that have a question open.</summary>
    public async Task<IReadOnlySet<string>> ListAskingRunsAsync(CancellationToken cancellationToken)
    {
        var all = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            var page = await SendAsync<JsonObject>(HttpMethod.Get, $"approvals?status=pending&limit={PageSize}{Cursor(cursor)}", body: null, cancellationToken);
            all.UnionWith(page["approvals"]!.AsArray().Select(approval => approval!["runId"]!.GetValue<string>()));
            cursor = page["cursor"]?.GetValue<string>();
        }
        while (cursor is not null);

        return all;
    }

    public void Dispose() => http.Dispose();

    private static string Cursor(string? cursor) => cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";

    private static JsonContent Json(object body) => JsonContent.Create(body, body.GetType(), options: AgentJson.Options);

    private async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body };
        using var response = await http.SendAsync(request, cancellationToken);
        return response.IsSuccessStatusCode
            ? (await response.Content.ReadFromJsonAsync<T>(AgentJson.Options, cancellationToken))!
            : throw new StormException(
                $"{method} {path}: {(int)response.StatusCode} {response.StatusCode}. {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }

    /// <summary>Whether the answer asks to come again later.</summary>
    public static bool IsOverload(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable;
}
