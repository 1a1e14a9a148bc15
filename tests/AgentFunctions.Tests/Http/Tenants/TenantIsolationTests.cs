using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Http.OpenApi;

namespace AgentFunctions.Tests.Http.Tenants;

/// <summary>Nothing of one tenant is seen or changed by another, on any route.</summary>
public class TenantIsolationTests
{
    [Theory]
    [InlineData(KnownBy.Key)]
    [InlineData(KnownBy.Principal)]
    public async Task On_every_route_there_is_nothing_of_another_tenant(KnownBy known)
    {
        await using var world = await TenantWorld.StartAsync(known);
        var attempts = Attempts.With(world);
        var secrets = new[]
        {
            "acme", TenantWorld.Thread, TenantWorld.Schedule, TenantWorld.Secret, TenantWorld.Key, world.Run, world.Child, world.Waiting, world.Approval, "run-acme-lost",
        };
        var before = await world.StateAsync();

        var wrong = new List<string>();
        foreach (var (route, attempt) in attempts.SelectMany(each => each.Value.Select(attempt => (each.Key, attempt))))
        {
            using var content = attempt.Content();
            var (status, text) = await world.SendAsync("globex", attempt.Method, attempt.Path, content, attempt.Header is { } header ? [header] : []);
            var said = await attempt.SaidAsync();
            wrong.AddRange(((int)status == attempt.Status ? [] : new[] { $"it answered {(int)status}, not {attempt.Status}" })
                .Concat(secrets.Where(secret => text.Contains(secret, StringComparison.Ordinal) && !said.Contains(secret, StringComparison.Ordinal)).Select(secret => $"it told {secret}"))
                .Select(problem => $"{route} {attempt.Method} {attempt.Path}: {problem}: {text}"));
        }

        var after = await world.StateAsync();
        Assert.Equal(Routes(), attempts.Keys.Order(StringComparer.Ordinal));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(before, after);
        Assert.Contains(TenantWorld.Secret, before[$"threads/{TenantWorld.Thread}/memory/plan"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tenant_itself_sees_all_that_the_other_does_not()
    {
        await using var world = await TenantWorld.StartAsync(KnownBy.Key);

        foreach (var attempt in Attempts.With(world).Values.SelectMany(each => each)
            .Where(each => each.Method == HttpMethod.Get && each.Status == 404 && !each.Path.Contains(TenantWorld.OwnThread, StringComparison.Ordinal) && each.Header is null))
        {
            var (status, text) = await world.SendAsync("acme", attempt.Method, attempt.Path);

            Assert.True(status == HttpStatusCode.OK, $"{attempt.Path}: {status} {text}");
        }
    }

    [Fact]
    public async Task The_queue_shows_a_tenant_its_own_part()
    {
        await using var world = await TenantWorld.StartAsync(KnownBy.Key, "--Admission:Tenants:acme:Weight=2", "--Admission:Departments:acme-legal:MaxConcurrent=3");

        var own = JsonNode.Parse((await world.SendAsync("acme", HttpMethod.Get, "queue")).Text)!;
        var other = JsonNode.Parse((await world.SendAsync("globex", HttpMethod.Get, "queue")).Text)!;

        Assert.Equal((1, "acme"), ((int)own["deadLetters"]!, (string)Assert.Single(own["tenants"]!.AsArray())!["tenant"]!));
        Assert.Equal((0, 0, "globex"), ((int)other["running"]!, (int)other["deadLetters"]!, (string)Assert.Single(other["tenants"]!.AsArray())!["tenant"]!));
        Assert.Empty(other["departments"]!.AsArray());
    }

    [Fact]
    public async Task A_schedule_of_a_name_that_another_tenant_has_given_up_has_neither_its_events_nor_its_runs()
    {
        await using var world = await TenantWorld.StartAsync(KnownBy.Key);
        var path = $"schedules/{TenantWorld.Schedule}";
        var trigger = await world.SendAsync("acme", HttpMethod.Post, $"{path}/trigger", null, ("Idempotency-Key", "once"));
        var first = (string)JsonNode.Parse(trigger.Text)!["runId"]!;
        Assert.Equal(HttpStatusCode.NoContent, (await world.SendAsync("acme", HttpMethod.Delete, path)).Status);
        using var content = System.Net.Http.Json.JsonContent.Create(new { threadId = TenantWorld.OwnThread, agent = "clerk", goal = "x", cron = "0 0 1 1 *" });
        Assert.Equal(HttpStatusCode.Created, (await world.SendAsync("globex", HttpMethod.Post, path, content)).Status);

        var again = await world.SendAsync("globex", HttpMethod.Post, $"{path}/trigger", null, ("Idempotency-Key", "once"));
        var (status, events) = await world.SendAsync("globex", HttpMethod.Get, $"{path}/events");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.OK), (again.Status, status));
        Assert.NotEqual(first, (string)JsonNode.Parse(again.Text)!["runId"]!);
        Assert.DoesNotContain(first, events, StringComparison.Ordinal);
        Assert.Equal("schedule.created", (string)JsonNode.Parse(events)!["events"]![0]!["type"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await world.SendAsync("acme", HttpMethod.Get, $"{path}/events")).Status);
    }

    /// <summary>All routes of the app: a new one without an attempt fails the test.</summary>
    private static IEnumerable<string> Routes() => OpenApiDocument.Create()["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject())
        .Select(operation => (string)operation.Value!["operationId"]!)
        .Order(StringComparer.Ordinal);
}
