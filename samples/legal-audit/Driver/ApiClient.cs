using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AgentFunctions;
using AgentFunctions.Http.Views;

namespace LegalAudit.Driver;

/// <summary>The app's HTTP API, as any client would use it.</summary>
internal sealed class ApiClient(Uri address) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri(address, "/api/"),
        Timeout = TimeSpan.FromMinutes(5),
    };

    public Task CreateThreadAsync(string threadId, decimal budgetUsd, CancellationToken cancellationToken) => SendAsync<JsonObject>(
        HttpMethod.Post, "threads", Json(new { threadId, tenant = "legal-audit-sample", budgetUsd }), cancellationToken);

    public Task<ThreadView> GetThreadAsync(string threadId, CancellationToken cancellationToken) =>
        SendAsync<ThreadView>(HttpMethod.Get, $"threads/{threadId}", body: null, cancellationToken);

    public Task RaiseBudgetAsync(string threadId, decimal limitUsd, CancellationToken cancellationToken) => SendAsync<JsonObject>(
        HttpMethod.Post,
        $"threads/{threadId}/budget",
        Json(new { limitUsd, by = "legal-audit", reason = "Started again with a higher --budget." }),
        cancellationToken);

    public Task UploadAsync(string threadId, byte[] zip, CancellationToken cancellationToken)
    {
        var body = new ByteArrayContent(zip);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/zip");
        return SendAsync<JsonObject>(HttpMethod.Post, $"threads/{threadId}/files", body, cancellationToken);
    }

    public async Task<string> StartRunAsync(string threadId, string idempotencyKey, CancellationToken cancellationToken)
    {
        var body = Json(new { agent = "legal-auditor", goal = "Audit the uploaded contracts: termination clauses and LGPD compliance." });
        var run = await SendAsync<JsonObject>(HttpMethod.Post, $"threads/{threadId}/runs", body, cancellationToken, idempotencyKey);
        return run["runId"]!.GetValue<string>();
    }

    public Task<RunView> GetRunAsync(string runId, CancellationToken cancellationToken) =>
        SendAsync<RunView>(HttpMethod.Get, $"runs/{runId}", body: null, cancellationToken);

    public async Task<bool> VerifyAuditAsync(string runId, CancellationToken cancellationToken)
    {
        var proof = await SendAsync<JsonObject>(HttpMethod.Get, $"runs/{runId}/audit/verify?tree=true", body: null, cancellationToken);
        return proof["verified"]!.GetValue<bool>();
    }

    public Task<byte[]> DownloadAsync(string threadId, string path, CancellationToken cancellationToken) =>
        http.GetByteArrayAsync(new Uri($"threads/{threadId}/files/{path}", UriKind.Relative), cancellationToken);

    public void Dispose() => http.Dispose();

    private static JsonContent Json(object body) => JsonContent.Create(body, options: AgentJson.Options);

    private async Task<T> SendAsync<T>(
        HttpMethod method, string path, HttpContent? body, CancellationToken cancellationToken, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body };
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        using var response = await http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new AuditException(
                $"{method} {path}: {(int)response.StatusCode} {response.StatusCode}. {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }

        return (await response.Content.ReadFromJsonAsync<T>(AgentJson.Options, cancellationToken))!;
    }
}
