using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Http.Principals;
using AgentFunctions.Tests.Approvals;
using AgentFunctions.Tests.Runs;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Tests.Http.Tenants;

/// <summary>For whom the app takes a caller, and what these may do.</summary>
public class CallerTests
{
    private const string Header = "X-MS-CLIENT-PRINCIPAL";

    [Fact]
    public async Task A_principal_that_cannot_be_read_is_nobody_whatever_key_comes_with_it()
    {
        string[] claims =
        [
            "null", "{}", "[]",
            """{"auth_typ":"aad","claims":{"typ":"oid","val":"1"}}""",
            """{"auth_typ":"aad","claims":[{"typ":5,"val":["oid"]}]}""",
            """{"auth_typ":"aad","claims":[null,{"typ":"name","val":"ana"}]}""",
            """{"auth_typ":"","claims":[{"typ":"oid","val":"1"},{"typ":"tid","val":"acme"}]}""",
            new string('[', 5000),
        ];
        await using var world = await TenantWorld.StartAsync(KnownBy.Principal);

        foreach (var header in claims.Select(json => Convert.ToBase64String(Encoding.UTF8.GetBytes(json))).Concat(["not base64", ""]))
        {
            var (status, text) = await world.SendAsync(null, HttpMethod.Get, "runs", null, (Header, header), ("x-functions-key", "operator"));

            Assert.Equal((header, HttpStatusCode.Unauthorized), (header, status));
            Assert.DoesNotContain(world.Run, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Who_belongs_to_no_tenant_or_to_two_is_let_in_nowhere_and_leaving_out_the_principal_gives_nothing()
    {
        await using var world = await TenantWorld.StartAsync(KnownBy.Principal);
        async Task<(HttpStatusCode, bool)> SeesAsync(string? principal, string key = "that of the app")
        {
            var (status, text) = await world.SendAsync(
                null, HttpMethod.Get, "runs", null, principal is null ? [("x-functions-key", key)] : [("x-functions-key", key), (Header, principal)]);
            return (status, text.Contains(world.Run, StringComparison.Ordinal));
        }

        Assert.Equal((HttpStatusCode.Unauthorized, false), await SeesAsync(null));
        Assert.Equal((HttpStatusCode.Unauthorized, false), await SeesAsync(null, ""));
        Assert.Equal((HttpStatusCode.Forbidden, false), await SeesAsync(Principal([])));
        Assert.Equal((HttpStatusCode.Forbidden, false), await SeesAsync(Principal([("tid", "acme"), ("tid", "globex")])));
        Assert.Equal((HttpStatusCode.Forbidden, false), await SeesAsync(Principal([("tid", "../acme")])));
        Assert.Equal((HttpStatusCode.OK, true), await SeesAsync(Principal([("tid", "acme")])));
        Assert.Equal((HttpStatusCode.OK, false), await SeesAsync(Principal([("tid", "globex")])));
        Assert.Equal((HttpStatusCode.OK, true), await SeesAsync(Principal([("tid", "other"), ("roles", "Operator")])));
    }

    [Fact]
    public async Task Only_budget_managers_set_budgets_and_nobody_gets_around_them_by_a_thread_of_their_own()
    {
        await using var world = await TenantWorld.StartAsync(KnownBy.Principal);
        async Task<HttpStatusCode> AsAsync(string roles, string path, object body)
        {
            using var content = JsonContent.Create(body);
            return (await world.SendAsync(null, HttpMethod.Post, path, content, ("x-functions-key", "x"), (Header, Principal([("tid", "acme"), ("roles", roles)])))).Status;
        }

        var budget = new { limitUsd = 60, reason = "More." };
        var before = await world.StateAsync();

        Assert.Equal(HttpStatusCode.Forbidden, await AsAsync("Reader", $"threads/{TenantWorld.Thread}/budget", budget));
        Assert.Equal(HttpStatusCode.BadRequest, await AsAsync("Reader", "threads", new { budgetUsd = 100.01 }));
        Assert.Equal(before, await world.StateAsync());
        Assert.Equal(HttpStatusCode.Created, await AsAsync("Reader", "threads", new { budgetUsd = 100 }));
        Assert.Equal(HttpStatusCode.Created, await AsAsync("BudgetManager", "threads", new { budgetUsd = 1000 }));
        Assert.Equal(HttpStatusCode.OK, await AsAsync("BudgetManager", $"threads/{TenantWorld.Thread}/budget", budget));
        Assert.Equal(HttpStatusCode.Forbidden, await AsAsync("BudgetManager", "agents", new { }));
    }

    [Fact]
    public async Task What_needs_a_person_is_not_done_by_a_key_alone_nor_in_another_persons_name()
    {
        await using var world = await TenantWorld.StartAsync(KnownBy.Principal);
        var before = await world.StateAsync();

        foreach (var (path, body) in ((string, object)[])
        [
            ($"approvals/{world.Approval}", new { type = "accept", by = "ana@acme" }),
            ($"threads/{TenantWorld.Thread}/budget", new { limitUsd = 60, by = "ana@acme", reason = "More." }),
            ($"runs/{world.Run}/rollback", new { checkpoint = 1, by = "ana@acme", reason = "Back." }),
            ($"queue/deadletter/{world.DeadLetter}/discard", new { by = "ana@acme" }),
            ($"runs/{world.Waiting}/cancel", new { by = "ana@acme" }),
        ])
        {
            using var asMachine = JsonContent.Create(body);
            using var asAnother = JsonContent.Create(body);

            Assert.Equal((path, HttpStatusCode.Unauthorized), (path, (await world.SendAsync(null, HttpMethod.Post, path, asMachine, ("x-functions-key", "operator"))).Status));
            Assert.Equal((path, HttpStatusCode.BadRequest), (path, (await world.SendAsync(
                null, HttpMethod.Post, path, asAnother, ("x-functions-key", "operator"), (Header, TenantWorld.Principal("2", "bob@acme", "acme", "BudgetManager", "Operator")))).Status));
        }

        Assert.Equal(before, await world.StateAsync());
    }

    [Fact]
    public async Task A_machine_with_the_key_of_its_tenant_works_beside_Easy_Auth_and_a_person_of_another_tenant_cannot_use_it()
    {
        await using var world = await TenantWorld.StartAsync(KnownBy.Key, "--WEBSITE_AUTH_ENABLED=True");
        async Task<HttpStatusCode> AsAsync(HttpMethod method, string path, object? body, params (string, string)[] headers)
        {
            using var content = body is null ? null : JsonContent.Create(body);
            return (await world.SendAsync("acme", method, path, content, headers)).Status;
        }

        Assert.Equal(HttpStatusCode.Accepted, await AsAsync(HttpMethod.Post, $"threads/{TenantWorld.Thread}/runs", new { agent = "clerk", goal = "x" }));
        Assert.Equal(HttpStatusCode.OK, await AsAsync(HttpMethod.Put, $"threads/{TenantWorld.Thread}/memory/plan", new { value = 2 }));
        Assert.Equal(HttpStatusCode.Unauthorized, await AsAsync(HttpMethod.Post, $"approvals/{world.Approval}", new { type = "accept" }));
        Assert.Equal(HttpStatusCode.Forbidden, await AsAsync(HttpMethod.Get, "runs", null, (Header, Principal([("tid", "globex")]))));
        Assert.Equal(HttpStatusCode.Accepted, await AsAsync(HttpMethod.Post, $"runs/{world.Waiting}/cancel", null));
    }

    [Fact]
    public async Task Who_has_more_groups_than_fit_into_a_token_is_in_none()
    {
        var pack = new TestPack().Planner(
            "boss", "", """{"steps":[{"id":"ask","kind":"approval","description":"Go?","approval":{"groups":["finance"]}}]}""");
        await using var app = await RuntimeApp.StartAsync(pack, folder: null, "--WEBSITE_AUTH_ENABLED=True", RuntimeApp.OperatorKey);
        await app.RunAsync(new { agent = "boss", goal = "x" });
        var approval = await app.AskedAsync();

        var (status, problem) = await app.SendAsync(
            HttpMethod.Post, $"approvals/{approval.Id()}", JsonContent.Create(new { type = "accept" }),
            headers: (Header, Principal([("tid", "acme"), ("_claim_names", """{"groups":"src1"}"""), ("hasgroups", "true")])));

        Assert.Equal((HttpStatusCode.Forbidden, "approvalId"), (status, problem.Field()));
        Assert.Equal(approval.ToJsonString(), (await app.GetAsync($"approvals/{approval.Id()}")).ToJsonString());
    }

    [Fact]
    public async Task A_claim_of_another_type_and_a_table_of_names_may_tell_tenants()
    {
        await using var world = await TenantWorld.StartAsync(KnownBy.Key, "--WEBSITE_AUTH_ENABLED=True", "--Tenants:Claim=groups", "--Tenants:Names=1111-22=acme,3333-44=globex");
        async Task<(HttpStatusCode, bool)> SeesAsync(params (string, string)[] claims)
        {
            var (status, text) = await world.SendAsync(null, HttpMethod.Get, "runs", null, ("x-functions-key", "x"), (Header, Principal(claims)));
            return (status, text.Contains(world.Run, StringComparison.Ordinal));
        }

        Assert.Equal((HttpStatusCode.OK, true), await SeesAsync(("groups", "1111-22"), ("groups", "everybody")));
        Assert.Equal((HttpStatusCode.OK, false), await SeesAsync(("groups", "3333-44")));
        Assert.Equal((HttpStatusCode.Forbidden, false), await SeesAsync(("groups", "acme")));
        Assert.Equal((HttpStatusCode.Forbidden, false), await SeesAsync(("groups", "1111-22"), ("groups", "3333-44")));
        Assert.Equal((HttpStatusCode.Forbidden, false), await SeesAsync(("tid", "acme")));
    }

    [Fact]
    public async Task In_development_a_played_principal_may_be_of_a_tenant_with_its_rights_there()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"), folder: null, Asking.Principals);
        await app.ThreadAsync();
        async Task<HttpStatusCode> AsAsync(string principal, HttpMethod method, string path, object? body = null)
        {
            using var content = body is null ? null : JsonContent.Create(body);
            return (await app.SendAsync(method, path, content, headers: ("X-Development-Principal", principal))).Status;
        }

        var budget = new { limitUsd = 60, reason = "More." };
        Assert.Equal(HttpStatusCode.OK, await AsAsync("ana; tenant=acme", HttpMethod.Get, "threads/case"));
        Assert.Equal(HttpStatusCode.NotFound, await AsAsync("ana; groups=BudgetManager; tenant=globex", HttpMethod.Get, "threads/case"));
        Assert.Equal(HttpStatusCode.NotFound, await AsAsync("ana; groups=BudgetManager; tenant=globex", HttpMethod.Post, "threads/case/budget", budget));
        Assert.Equal(HttpStatusCode.Forbidden, await AsAsync("ana; tenant=acme", HttpMethod.Post, "threads/case/budget", budget));
        Assert.Equal(HttpStatusCode.OK, await AsAsync("ana; tenant=acme; groups=BudgetManager", HttpMethod.Post, "threads/case/budget", budget));
        Assert.Equal(HttpStatusCode.Unauthorized, await AsAsync("; tenant=acme", HttpMethod.Get, "threads/case"));
    }

    [Theory]
    [InlineData("Tenants:Keys", "acme=the key itself")]
    [InlineData("Tenants:Keys", "no/tenant=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("Tenants:Keys", "acme")]
    [InlineData("Tenants:Names", "=acme")]
    [InlineData("Tenants:Names", "value=..")]
    [InlineData("Tenants:MaxThreadUsd", "-1")]
    [InlineData("Tenants:MaxThreadUsd", "much")]
    public void A_setting_that_makes_no_sense_stops_the_app_and_is_not_told(string setting, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(setting, (string?)value)]).Build();

        var error = Assert.Throws<InvalidOperationException>(() => TenantSettings.From(configuration));

        Assert.Contains(setting, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the key itself", error.Message.Replace("never the key itself", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static string Principal((string Type, string Value)[] claims) => Convert.ToBase64String(Encoding.UTF8.GetBytes(new JsonObject
    {
        ["auth_typ"] = "aad",
        ["name_typ"] = "name",
        ["role_typ"] = "roles",
        ["claims"] = new JsonArray([.. claims.Prepend(("oid", "7")).Prepend(("name", "ana@acme"))
            .Select(claim => new JsonObject { ["typ"] = claim.Item1, ["val"] = claim.Item2 })]),
    }.ToJsonString()));
}
