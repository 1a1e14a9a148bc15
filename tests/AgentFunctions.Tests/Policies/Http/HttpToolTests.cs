using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Policies;
using AgentFunctions.Policies.Http;
using AgentFunctions.Tools.Http;
using AgentFunctions.Yaml;

namespace AgentFunctions.Tests.Policies.Http;

/// <summary>The tool <c>http_request</c> and the client that tools are given, against servers on this machine.</summary>
public sealed class HttpToolTests
{
    private static readonly AgentDefinition Clerk = new() { Name = "clerk", Model = "m", Instructions = "i" };

    private readonly List<PolicyDenial> denied = [];

    [Fact]
    public async Task An_answer_has_its_status_and_its_JSON_or_text()
    {
        await using var json = await WebServer.AnsweringAsync("""{"a":1}""", 201, "application/problem+json; charset=utf-8");
        await using var text = await WebServer.AnsweringAsync("água");

        Assert.Equal("""{"status":201,"contentType":"application/problem+json","body":{"a":1}}""", Json(await CallAsync(json.Url)));
        Assert.Equal("""{"status":200,"contentType":"text/plain","body":"água"}""", Json(await CallAsync(text.Url)));
    }

    [Fact]
    public async Task A_changing_request_carries_its_body_and_the_calls_idempotency_key_and_a_reading_one_does_not()
    {
        await using var server = await WebServer.AnsweringAsync("ok");

        await CallAsync($"{server.Url}/a", HttpVerb.Post, new JsonObject { ["x"] = "ü" });
        await CallAsync($"{server.Url}/b");

        Assert.Equal(["POST /a {\"x\":\"ü\"}", "GET /b "], server.Seen.Select(request => $"{request.Method} {request.Path} {request.Body}"));
        Assert.Equal("\"run-1/step/call\"", server.Seen[0].Headers["Idempotency-Key"]);
        Assert.False(server.Seen[1].Headers.ContainsKey("Idempotency-Key"));
    }

    [Theory]
    [InlineData(400, ToolFailureKind.InvalidArguments)]
    [InlineData(401, ToolFailureKind.Denied)]
    [InlineData(403, ToolFailureKind.Denied)]
    [InlineData(404, ToolFailureKind.NotFound)]
    [InlineData(408, ToolFailureKind.Timeout)]
    [InlineData(410, ToolFailureKind.NotFound)]
    [InlineData(422, ToolFailureKind.InvalidArguments)]
    [InlineData(429, ToolFailureKind.RateLimited)]
    [InlineData(500, ToolFailureKind.Unavailable)]
    [InlineData(503, ToolFailureKind.Unavailable)]
    [InlineData(504, ToolFailureKind.Timeout)]
    public async Task A_status_of_failure_is_a_typed_failure(int status, ToolFailureKind kind)
    {
        await using var server = await WebServer.AnsweringAsync("secret of the server", status);

        var failure = await FailureAsync(server.Url);

        Assert.Equal((kind, $"The server answered {status}."), (failure.Kind, failure.Message));
        Assert.Empty(denied);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable_and_one_that_is_silent_is_a_timeout()
    {
        int port;
        await using (var gone = await WebServer.AnsweringAsync("x"))
        {
            port = gone.Port;
        }

        var silence = new TaskCompletionSource();
        await using var silent = await WebServer.StartAsync(_ => silence.Task);

        Assert.Equal(ToolFailureKind.Unavailable, (await FailureAsync($"http://127.0.0.1:{port}/")).Kind);
        Assert.Equal(ToolFailureKind.Timeout, (await FailureAsync(silent.Url, timeout: TimeSpan.FromMilliseconds(200))).Kind);
        silence.SetResult();
    }

    [Fact]
    public async Task An_answer_that_is_too_large_unpacked_is_unreadable()
    {
        await using var bomb = await WebServer.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await zip.WriteAsync(new byte[10_000_000]);
        });

        var failure = await FailureAsync(bomb.Url);

        Assert.Equal((ToolFailureKind.Unreadable, "The answer is larger than 1000000 bytes."), (failure.Kind, failure.Message));
    }

    [Theory]
    [InlineData("application/json", "{not json")]
    [InlineData("application/json", """{"a":1,"a":2}""")]
    [InlineData("image/png", "\u0089PNG")]
    public async Task An_answer_that_is_not_what_it_says_is_unreadable(string type, string text)
    {
        await using var server = await WebServer.StartAsync(context =>
        {
            context.Response.ContentType = type;
            return context.Response.Body.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();
        });

        Assert.Equal(ToolFailureKind.Unreadable, (await FailureAsync(server.Url)).Kind);
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("idempotency-key", "mine")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("X-A", "a\r\nHost: evil.example")]
    [InlineData("X A", "a")]
    [InlineData("Content-Type", "text/html")]
    public async Task A_header_that_would_make_another_request_of_it_is_refused(string name, string value)
    {
        await using var server = await WebServer.AnsweringAsync("ok");

        var failure = await FailureAsync(server.Url, headers: new() { [name] = value });

        Assert.Equal(ToolFailureKind.InvalidArguments, failure.Kind);
        Assert.Empty(server.Seen);
    }

    [Fact]
    public async Task A_redirect_is_followed_where_the_policy_allows_it()
    {
        await using var target = await WebServer.AnsweringAsync("there");
        await using var source = await WebServer.RedirectingAsync($"{target.Url}/new", 307);

        var answer = await CallAsync(
            source.Url, HttpVerb.Post, "body", new() { ["Authorization"] = "Bearer secret", ["Accept"] = "text/plain" },
            $"[{{name: both, allow: ['{source.Url}', '{target.Url}']}}]");

        Assert.Equal("there", (string)answer.Body!);
        Assert.Equal("POST /new \"body\"", $"{target.Seen[0].Method} {target.Seen[0].Path} {target.Seen[0].Body}");
        Assert.Equal(("text/plain", false), (target.Seen[0].Headers["Accept"], target.Seen[0].Headers.ContainsKey("Authorization")));
    }

    [Theory]
    [InlineData("/other")]
    [InlineData("http://localhost:{port}/allowed")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("https://evil.example/")]
    public async Task A_redirect_to_what_the_policy_does_not_allow_is_denied(string location)
    {
        var target = location;
        await using var source = await WebServer.StartAsync(context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = target;
            return Task.CompletedTask;
        });
        target = location.Replace("{port}", $"{source.Port}", StringComparison.Ordinal);

        var failure = await FailureAsync($"{source.Url}/allowed", rules: $"[{{name: little, allow: ['{source.Url}/allowed']}}]");

        Assert.Equal(ToolFailureKind.Denied, failure.Kind);
        Assert.Equal("little", denied.Single().Policy.Rule);
        Assert.Single(source.Seen);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://user:secret@127.0.0.1/")]
    public async Task A_redirect_to_what_is_no_plain_web_URL_is_not_followed(string location)
    {
        await using var source = await WebServer.RedirectingAsync(location);

        Assert.Equal(ToolFailureKind.InvalidArguments, (await FailureAsync(source.Url)).Kind);
    }

    [Fact]
    public async Task Endless_redirects_end()
    {
        await using var source = await WebServer.RedirectingAsync("/again");

        Assert.Equal(ToolFailureKind.Unreadable, (await FailureAsync(source.Url)).Kind);
        Assert.Equal(6, source.Seen.Count);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData(", private: [127.0.0.1]", true)]
    [InlineData(", private: [127.0.0.0/8]", true)]
    [InlineData(", private: [10.0.0.0/8]", false)]
    public async Task A_name_that_means_an_address_of_this_machine_is_reached_only_where_the_address_is_named(string named, bool reached)
    {
        await using var server = await WebServer.AnsweringAsync("inside");
        var url = $"http://api.example.com:{server.Port}/";
        var rules = $"[{{name: api, allow: ['{url}']{named}}}]";

        if (reached)
        {
            Assert.Equal("inside", (string)(await CallAsync(url, rules: rules)).Body!);
        }
        else
        {
            Assert.Equal(ToolFailureKind.Denied, (await FailureAsync(url, rules: rules)).Kind);
            Assert.Equal("api", denied.Single().Policy.Rule);
            Assert.Empty(server.Seen);
        }
    }

    [Fact]
    public async Task A_name_that_changes_its_address_between_the_check_and_the_connection_gains_nothing()
    {
        await using var server = await WebServer.AnsweringAsync("inside");
        var asked = 0;
        var url = $"http://rebind.example.com:{server.Port}/";

        // Whoever resolves the name a second time gets another address: there is no second time.
        var failure = await FailureAsync(url, rules: $"[{{name: api, allow: ['{url}']}}]", resolve: (_, _) =>
            Task.FromResult<IPAddress[]>([++asked == 2 ? IPAddress.Parse("192.0.2.1") : IPAddress.Loopback]));

        Assert.Equal((ToolFailureKind.Denied, 1), (failure.Kind, asked));
        Assert.Empty(server.Seen);
    }

    [Fact]
    public async Task A_connection_that_one_policy_allows_is_not_anothers()
    {
        await using var server = await WebServer.AnsweringAsync("inside");
        var url = $"http://api.example.com:{server.Port}/";
        using var guards = Guards(Policy($"[{{name: api, allow: ['{url}']}}, {{name: more, agents: [clerk], allow: ['{url}'], private: [127.0.0.1]}}]"), null, null);
        using var one = guards.Create(Clerk, denied.Add);
        using var other = guards.Create(Clerk with { Name = "other" }, denied.Add);

        Assert.Equal("inside", await one.GetStringAsync(url, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ToolFailureException>(() => other.GetStringAsync(url, TestContext.Current.CancellationToken));
    }

    private static string Json(HttpAnswer answer) => System.Text.Json.JsonSerializer.Serialize(answer, AgentJson.Options);

    private async Task<HttpAnswer> CallAsync(
        string url,
        HttpVerb method = HttpVerb.Get,
        JsonNode? body = null,
        Dictionary<string, string>? headers = null,
        string? rules = null,
        TimeSpan? timeout = null,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        var origin = new Uri(url).GetLeftPart(UriPartial.Authority);
        using var guards = Guards(Policy(rules ?? $"[{{name: here, allow: ['{origin}']}}]"), timeout, resolve);
        using var client = guards.Create(Clerk, denied.Add);
        var context = new ToolContext("acme", "case", "run-1", "step", "run-1/step/call", 1, Files: null!) { Http = client };
        return await new HttpTools(new HttpToolSettings(TimeSpan.FromSeconds(30), 1_000_000))
            .HttpRequest(method, url, body, headers, context, TestContext.Current.CancellationToken);
    }

    private Task<ToolFailureException> FailureAsync(
        string url,
        Dictionary<string, string>? headers = null,
        string? rules = null,
        TimeSpan? timeout = null,
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) =>
        Assert.ThrowsAsync<ToolFailureException>(() => CallAsync(url, headers: headers, rules: rules, timeout: timeout, resolve: resolve));

    private static HttpGuards Guards(
        PolicySnapshot policy, TimeSpan? timeout, Func<string, CancellationToken, Task<IPAddress[]>>? resolve) => new(
        new OnePolicy(policy),
        new HttpToolSettings(timeout ?? TimeSpan.FromSeconds(30), 1_000_000)
        {
            Resolve = resolve ?? ((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback])),
        });

    private static PolicySnapshot Policy(string http) => PolicyReader.Read(YamlFile.Parse("test.yaml", $"name: p\nhttp: {http}")).Snapshot;

    private sealed class OnePolicy(PolicySnapshot policy) : IPolicyCatalog
    {
        public PolicySnapshot Default => policy;

        public PolicySnapshot? Find(string name) => name == policy.Name ? policy : null;

        public IReadOnlyList<PolicySnapshot> List() => [policy];
    }
}
