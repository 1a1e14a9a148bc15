using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;
using Azure.Messaging.ServiceBus;

namespace AgentFunctions.Tests.Http.Tenants;

/// <summary>How the app knows tenants.</summary>
public enum KnownBy
{
    /// <summary>By a function key of the tenant's own.</summary>
    Key,

    /// <summary>By the principal of Easy Auth.</summary>
    Principal,
}

/// <summary>Two tenants: acme, which has one of everything, and globex, which has a thread. What is acme's says so, or holds its secret.</summary>
internal sealed class TenantWorld : IAsyncDisposable
{
    public const string Secret = "moonbeam";
    public const string Thread = "acme-case";
    public const string OwnThread = "globex-case";
    public const string Schedule = "acme-nightly";
    public const string Key = "acme-idempotency";

    private const string Department = "acme-legal";

    private readonly KnownBy known;

    private TenantWorld(KnownBy known, RuntimeApp app) => (this.known, App) = (known, app);

    public RuntimeApp App { get; }

    public string Run { get; private set; } = "";

    public string Child { get; private set; } = "";

    public string Waiting { get; private set; } = "";

    public string Approval { get; private set; } = "";

    public string DeadLetter { get; private set; } = "";

    public static object Start(string goal) => new { agent = "boss", goal, input = new[] { Secret } };

    public static async Task<TenantWorld> StartAsync(KnownBy known, params string[] settings)
    {
        var pack = new TestPack()
            .Planner("boss", "agents: [clerk]", """{"steps":[{"id":"each","kind":"fanOut","items":"${input}","agent":"clerk","goal":"Ask ${item}"}]}""")
            .Planner("asker", "", """{"steps":[{"id":"ask","kind":"approval","description":"Go?","args":{"to":"moonbeam"}}]}""")
            .Speaker("clerk");
        string[] own = known == KnownBy.Key
            ? [$"--Tenants:Keys=acme={Hash("acme")},globex={Hash("globex")},*={Hash("operator")}"]
            : ["--WEBSITE_AUTH_ENABLED=True", RuntimeApp.OperatorKey];
        var world = new TenantWorld(known, await RuntimeApp.StartAsync(pack, folder: null, [.. own, .. settings]));
        await world.FillAsync();
        return world;
    }

    /// <summary>Headers by which a tenant calls, as its most powerful member.</summary>
    public IEnumerable<(string Name, string Value)> Headers(string tenant) => known == KnownBy.Key
        ? [("x-functions-key", tenant)]
        : [("x-functions-key", "that of the app"), ("X-MS-CLIENT-PRINCIPAL", Principal($"{tenant}-1", $"ana@{tenant}", tenant, "BudgetManager"))];

    /// <summary>Sends a request as a tenant, or as an operator for <see langword="null"/>.</summary>
    public async Task<(HttpStatusCode Status, string Text)> SendAsync(string? tenant, HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in (tenant is null ? [] : Headers(tenant)).Concat(headers))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await App.Http.SendAsync(request, RuntimeApp.Ended);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(RuntimeApp.Ended));
    }

    /// <summary>All that acme has, as an operator sees it, once nothing goes on any more.</summary>
    public async Task<IReadOnlyDictionary<string, string>> StateAsync()
    {
        IReadOnlyDictionary<string, string> last = await LookAsync();
        await RuntimeApp.UntilAsync(async () =>
        {
            var now = await LookAsync();
            var isSettled = now.SequenceEqual(last);
            last = now;
            return isSettled;
        });
        return last;
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();

    /// <summary>The header of Easy Auth.</summary>
    public static string Principal(string id, string name, string tenant, params string[] roles) => Convert.ToBase64String(Encoding.UTF8.GetBytes(
        new JsonObject
        {
            ["auth_typ"] = "aad",
            ["name_typ"] = "name",
            ["role_typ"] = "roles",
            ["claims"] = new JsonArray(
            [
                Claim("http://schemas.microsoft.com/identity/claims/objectidentifier", id),
                Claim("name", name),
                Claim("http://schemas.microsoft.com/identity/claims/tenantid", tenant),
                .. roles.Select(role => Claim("roles", role)),
            ]),
        }.ToJsonString()));

    private static JsonNode Claim(string type, string value) => new JsonObject { ["typ"] = type, ["val"] = value };

    private static string Hash(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private async Task FillAsync()
    {
        await AsAcmeAsync(HttpMethod.Post, "threads", new { threadId = Thread, budgetUsd = 50, metadata = new { note = Secret } });
        await AsAcmeAsync(HttpMethod.Put, $"threads/{Thread}/memory/plan", new { value = Secret });
        var (status, text) = await SendAsync("acme", HttpMethod.Post, $"threads/{Thread}/files?path=notes/acme.txt", Text(Secret));
        Assert.True(status == HttpStatusCode.Created, text);
        await AsAcmeAsync(HttpMethod.Post, $"schedules/{Schedule}", new { threadId = Thread, agent = "clerk", goal = Secret, cron = "0 0 1 1 *" });
        Run = (string)(await AsAcmeAsync(HttpMethod.Post, $"threads/{Thread}/runs", Start(Secret), ("Idempotency-Key", Key)))["runId"]!;
        Child = (string)(await App.EndAsync(Run))["result"]![0]!["runId"]!;
        Waiting = (string)(await AsAcmeAsync(HttpMethod.Post, $"threads/{Thread}/runs", new { agent = "asker", goal = Secret }))["runId"]!;
        await App.InAsync(Waiting, "waiting");
        Approval = (string)(await AsAcmeAsync(HttpMethod.Get, "approvals"))["approvals"]![0]!["approvalId"]!;
        await using (var sender = App.Service<ServiceBusClient>().CreateSender(AgentFunctions.Runs.RunMessage.Queue))
        {
            await sender.SendMessageAsync(new ServiceBusMessage("""{"runId":"run-acme-lost","tenant":"acme"}""") { SessionId = "acme" }, RuntimeApp.Ended);
        }

        var letters = await App.WhenAsync("queue/deadletter", list => list["deadLetters"]!.AsArray().Count == 1);
        DeadLetter = letters["deadLetters"]![0]!["id"]!.ToString();
        (status, text) = await SendAsync("globex", HttpMethod.Post, "threads", JsonContent.Create(new { threadId = OwnThread, budgetUsd = 50 }));
        Assert.True(status == HttpStatusCode.Created, text);
    }

    public static StringContent Text(string text) => new(text, Encoding.UTF8, new MediaTypeHeaderValue("text/plain"));

    private async Task<JsonNode> AsAcmeAsync(HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        var (status, text) = await SendAsync("acme", method, path, body is null ? null : JsonContent.Create(body), headers);
        Assert.True((int)status < 300, $"{method} {path}: {status} {text}");
        return JsonNode.Parse(text)!;
    }

    private async Task<SortedDictionary<string, string>> LookAsync()
    {
        var state = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in (string[])
        [
            $"threads/{Thread}", $"threads/{Thread}/files", $"threads/{Thread}/files/notes/acme.txt", $"threads/{Thread}/memory",
            $"threads/{Thread}/memory/plan", $"threads/{Thread}/memory-changes", $"schedules/{Schedule}", $"schedules/{Schedule}/events",
            $"schedules?tenant=acme", $"runs?tenant=acme&children=true", $"approvals?tenant=acme", "queue/deadletter", "queue/operations", "agents",
            $"departments/{Department}/budget",
            .. new[] { Run, Child, Waiting }.SelectMany(run => new[] { $"runs/{run}", $"runs/{run}/audit?limit=1000", $"runs/{run}/checkpoints" }),
        ])
        {
            var (status, text) = await SendAsync(null, HttpMethod.Get, path);
            state[path] = $"{status} {text}";
        }

        return state;
    }
}
