using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Http.OpenApi;
using AgentFunctions.Tests.Http.Tenants;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Http;

/// <summary>How much a request may bring, on every route that the API's description has.</summary>
public class RequestLimitTests
{
    private const int Limit = 3000;

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused_on_every_route_that_takes_one_before_it_has_come_in()
    {
        await using var world = await TenantWorld.StartAsync(KnownBy.Key, $"--Limits:MaxBodyBytes={Limit}");
        var before = await world.StateAsync();
        var bodies = Operations().Where(each => each.Description["requestBody"] is not null).ToList();

        foreach (var (name, method, path, description) in bodies)
        {
            var type = description["requestBody"]!["content"]!.AsObject().First().Key;
            var declared = await RawAsync(world, method, Of(world, path), $"Content-Type: {type}\r\nContent-Length: {Limit + 1}\r\n\r\n");

            // One byte too many, and no end: who waited for the rest would wait for ever.
            var chunked = await RawAsync(
                world, method, Of(world, path), $"Content-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n{Limit + 1:x}\r\n{new string(' ', Limit + 1)}\r\n");

            Assert.All((string[])[declared, chunked], answer =>
            {
                Assert.True(answer.StartsWith("HTTP/1.1 413", StringComparison.Ordinal), $"{name}: {answer}");
                Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
                Assert.Contains("\"field\":\"body\"", answer, StringComparison.Ordinal);
            });
            Assert.NotNull(description["responses"]!["413"]);
        }

        Assert.InRange(bodies.Count, 15, 100);
        Assert.Equal(before, await world.StateAsync());
    }

    [Fact]
    public async Task JSON_that_is_nested_too_deeply_is_no_body_on_any_route()
    {
        await using var world = await TenantWorld.StartAsync(KnownBy.Key);
        var before = await world.StateAsync();
        var deep = $$"""{"a":{{new string('[', 5000)}}{{new string(']', 5000)}}}""";

        foreach (var (name, method, path, description) in Operations())
        {
            if (description["requestBody"]?["content"]?["application/json"] is not null)
            {
                using var content = new StringContent(deep, Encoding.UTF8, "application/json");
                var (status, text) = await world.SendAsync(null, method, Of(world, path), content);

                Assert.True((int)status == 400, $"{name}: {status} {text}");
                Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
            }
        }

        Assert.Equal(before, await world.StateAsync());
    }

    [Fact]
    public async Task What_is_no_id_leads_nowhere_on_any_route()
    {
        string[] hostile =
        [
            new('x', 65), "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%5c..%5cwindows", "a%0d%0aSet-Cookie:%20a=b", "a%00b", "x'%20OR%20'1'='1", "%F0%9F%92%A5",
        ];
        await using var world = await TenantWorld.StartAsync(KnownBy.Key);
        var before = await world.StateAsync();

        foreach (var (id, (name, method, path, _)) in hostile.SelectMany(id => Operations().Where(each => each.Path.Contains('{', StringComparison.Ordinal)).Select(each => (id, each))))
        {
            var route = path.Replace("{path}", id, StringComparison.Ordinal).Replace("{key}", id, StringComparison.Ordinal);
            foreach (var tried in new[] { Everywhere(route, id), Of(world, route) }.Where(each => each.Contains(id, StringComparison.Ordinal)))
            {
                using var content = method == HttpMethod.Get ? null : new StringContent("{}", Encoding.UTF8, "application/json");
                using var request = new HttpRequestMessage(method, tried) { Content = content };
                using var response = await world.App.Http.SendAsync(request, RuntimeApp.Ended);
                var text = await response.Content.ReadAsStringAsync(RuntimeApp.Ended);

                Assert.True((int)response.StatusCode is >= 400 and < 500, $"{name} {tried}: {response.StatusCode} {text}");
                Assert.False(response.Headers.Contains("Set-Cookie"));
                Assert.DoesNotContain("root:", text, StringComparison.Ordinal);
            }
        }

        Assert.Equal(before, await world.StateAsync());
    }

    [Fact]
    public async Task A_query_has_bounds()
    {
        await using var world = await TenantWorld.StartAsync(KnownBy.Key);

        foreach (var query in (string[])["runs?agent=", "runs?cursor=", "approvals?tenant=", "schedules?threadId=", $"threads/{TenantWorld.Thread}/memory?prefix="])
        {
            var (status, text) = await world.SendAsync(null, HttpMethod.Get, query + new string('a', 1025));

            Assert.True((int)status == 400, $"{query}: {status} {text}");
            Assert.InRange(text.Length, 1, 1000);
        }
    }

    private static IEnumerable<(string Name, HttpMethod Method, string Path, JsonObject Description)> Operations() =>
        from path in OpenApiDocument.Create()["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ((string)operation.Value!["operationId"]!, new HttpMethod(operation.Key.ToUpperInvariant()), path.Key.TrimStart('/'), operation.Value!.AsObject());

    private static string Of(TenantWorld world, string path) => path
        .Replace("{threadId}", TenantWorld.Thread, StringComparison.Ordinal)
        .Replace("{runId}", world.Waiting, StringComparison.Ordinal)
        .Replace("{approvalId}", world.Approval, StringComparison.Ordinal)
        .Replace("{scheduleId}", TenantWorld.Schedule, StringComparison.Ordinal)
        .Replace("{id}", world.DeadLetter, StringComparison.Ordinal)
        .Replace("{key}", "plan", StringComparison.Ordinal)
        .Replace("{department}", "acme-legal", StringComparison.Ordinal);

    private static string Everywhere(string path, string id) => string.Join('/', path.Split('/').Select(part => part.StartsWith('{') ? id : part));

    /// <summary>What is answered to a request that is written to the socket as it stands and not ended.</summary>
    private static async Task<string> RawAsync(TenantWorld world, HttpMethod method, string path, string rest)
    {
        var address = world.App.Http.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, RuntimeApp.Ended);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"{method} /api/{path} HTTP/1.1\r\nHost: {address.Authority}\r\nx-functions-key: operator\r\nConnection: close\r\n{rest}"),
            RuntimeApp.Ended);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = new StringBuilder();
        var isWhole = false;
        while (!isWhole && await reader.ReadLineAsync(RuntimeApp.Ended) is { } line)
        {
            answer.Append(line).Append('\n');
            isWhole = line.Contains("\"errors\"", StringComparison.Ordinal);
        }

        return answer.ToString();
    }
}
