using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Files;

namespace AgentFunctions.Tests.Http;

/// <summary>Each refusal is a problem document that names the field, nothing is created, and the app goes on.</summary>
public class BadInputTests(ApiApp app) : IClassFixture<ApiApp>
{
    private const string Slash = "a/b";

    [Fact]
    public Task An_unknown_agent() => RunRefusedAsync("""{"agent":"nobody","goal":"x"}""", "agent");

    [Fact]
    public Task An_unknown_tool_in_a_plan() => RunRefusedAsync(
        """{"agent":"echo","goal":"x","plan":{"steps":[{"id":"a","kind":"tool","tool":"rm_rf","args":{}}]}}""", "plan.steps[0].tool");

    [Fact]
    public Task A_cyclic_plan() => RunRefusedAsync(
        """
        {"agent":"echo","goal":"x","plan":{"steps":[
          {"id":"a","kind":"tool","tool":"note","args":{"text":"x"},"dependsOn":["b"]},
          {"id":"b","kind":"tool","tool":"note","args":{"text":"x"},"dependsOn":["a"]}]}}
        """,
        "plan.steps");

    [Fact]
    public Task A_step_that_depends_on_nothing_that_exists() => RunRefusedAsync(
        """{"agent":"echo","goal":"x","plan":{"steps":[{"id":"a","kind":"tool","tool":"note","args":{"text":"x"},"dependsOn":["z"]}]}}""",
        "plan.steps[0].dependsOn");

    [Fact]
    public Task A_plan_with_a_word_that_no_plan_has() => RunRefusedAsync(
        """{"agent":"echo","goal":"x","plan":{"steps":[{"id":"a","kind":"dance"}]}}""", "plan.steps[0].kind");

    [Fact]
    public async Task Malformed_yaml()
    {
        using var content = Yaml("name: [unclosed\nmodel: x");
        var (status, problem) = await app.SendAsync(HttpMethod.Post, "agents", content);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        var error = problem["errors"]![0]!;
        Assert.Equal("body", (string)error["file"]!);
        Assert.True((int)error["line"]! >= 1);
        await StillWorksAsync();
    }

    [Fact]
    public async Task A_definition_with_a_wrong_field_names_its_line()
    {
        using var content = Yaml("name: bad\nmodel: gpt-4.1-mini\ninstructions: x\nlimits:\n  maxTurns: -1\n");
        var (status, problem) = await app.SendAsync(HttpMethod.Post, "agents", content);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(("limits.maxTurns", 5), ((string)problem["errors"]![0]!["field"]!, (int)problem["errors"]![0]!["line"]!));
        Assert.DoesNotContain("\"bad\"", (await app.GetAsync("agents")).ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public Task A_goal_of_more_than_100_kb() => RunRefusedAsync(
        new JsonObject { ["agent"] = "echo", ["goal"] = new string('é', 51_201) }.ToJsonString(), "goal");

    [Fact]
    public Task A_body_of_more_than_10_mb() => RunRefusedAsync(
        new JsonObject { ["agent"] = "echo", ["goal"] = "x", ["input"] = new string('x', 10 * 1024 * 1024) }.ToJsonString(),
        "body",
        HttpStatusCode.RequestEntityTooLarge);

    [Fact]
    public async Task A_body_of_more_than_10_mb_that_does_not_tell_its_length()
    {
        using var content = new StreamContent(new MemoryStream(new byte[(10 * 1024 * 1024) + 1]));
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "threads") { Content = content };
        request.Headers.TransferEncodingChunked = true;

        using var response = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        await StillWorksAsync();
    }

    [Fact]
    public Task A_thread_id_with_a_slash() => ThreadRefusedAsync($$"""{"threadId":"{{Slash}}","tenant":"acme","budgetUsd":1}""", "threadId");

    [Theory]
    [InlineData("GET", "threads/a%2Fb", "threadId")]
    [InlineData("GET", "threads/a%2Fb/files", "threadId")]
    [InlineData("GET", "runs/a%2Fb", "runId")]
    [InlineData("GET", "runs/a%5Cb/audit", "runId")]
    [InlineData("POST", "runs/a%2Fb/cancel", "runId")]
    [InlineData("POST", "approvals/a%2Fb", "approvalId")]
    public async Task An_id_with_a_slash_in_the_route(string method, string path, string field)
    {
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        var (status, problem) = await app.SendAsync(new HttpMethod(method), path, method == "POST" ? content : null);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([field], Fields(problem));
    }

    [Fact]
    public Task A_negative_budget_of_a_thread() => ThreadRefusedAsync("""{"threadId":"neg","tenant":"acme","budgetUsd":-0.01}""", "budgetUsd");

    [Fact]
    public Task A_negative_budget_of_a_run() => RunRefusedAsync("""{"agent":"echo","goal":"x","budgetUsd":-1}""", "budgetUsd");

    [Fact]
    public async Task A_negative_limit()
    {
        var thread = await app.CreateThreadAsync();

        var (status, problem) = await app.PostJsonAsync($"threads/{thread}/budget", """{"limitUsd":-1,"by":"ana","reason":"x"}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["limitUsd"], Fields(problem));
        Assert.Equal(1m, (decimal)(await app.GetAsync($"threads/{thread}"))["budget"]!["limitUsd"]!);
    }

    [Theory]
    [InlineData("""{"usd":-1}""", "limits.usd")]
    [InlineData("""{"usd":null}""", "limits.usd")]
    [InlineData("""{"tokens":1.5}""", "limits.tokens")]
    [InlineData("""{"modelCalls":"5"}""", "limits.modelCalls")]
    [InlineData("""{"steps":1e30}""", "limits.steps")]
    [InlineData("""{"wallClock":10}""", "limits.wallClock")]
    [InlineData("""{"wallClock":"-PT1S"}""", "limits.wallClock")]
    [InlineData("""{"wallClock":"ten minutes"}""", "limits.wallClock")]
    [InlineData("""{"money":1}""", "limits.money")]
    [InlineData("[]", "limits")]
    public async Task A_limit_that_is_none(string limits, string field)
    {
        var thread = await app.CreateThreadAsync();

        var (status, problem) = await app.PostJsonAsync($"threads/{thread}/budget", $$"""{"limits":{{limits}},"by":"ana","reason":"x"}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([field], Fields(problem));
        Assert.Equal("""{"usd":1}""", (await app.GetAsync($"threads/{thread}"))["budget"]!["limits"]!.ToJsonString());
    }

    [Theory]
    [InlineData("legal", "{}", "by", "limits", "reason")]
    [InlineData("legal", """{"limits":{},"by":"ana","reason":"x","alertAt":1.5}""", "alertAt")]
    [InlineData("legal", """{"limits":{"usd":"1"},"by":"ana","reason":"x"}""", "limits.usd")]
    [InlineData("le%20gal", """{"limits":{},"by":"ana","reason":"x"}""", "department")]
    public async Task The_budget_of_a_department_that_is_none(string department, string body, params string[] fields)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        var (status, problem) = await app.SendAsync(HttpMethod.Put, $"departments/{department}/budget", content);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(fields, Fields(problem).Order(StringComparer.Ordinal));
    }

    [Fact]
    public Task A_zip_that_climbs_out_of_its_folder() => ZipRefusedAsync(RawZip.Of(("good.txt", "x"), ("../evil.txt", "y")), "..");

    [Fact]
    public Task A_zip_with_a_link() => ZipRefusedAsync(
        new RawZip().Add("good.txt", [1]).Add("link", "/etc/passwd"u8.ToArray(), 0xA1FFu << 16).Build(), "link");

    [Fact]
    public Task A_zip_bomb_of_ten_gigabytes() => ZipRefusedAsync(
        new RawZip().Add("bomb", [1], claimedBytes: 10, packed: RawZip.TenGigabytes()).Build(), "larger than");

    [Fact]
    public async Task A_zip_of_a_hundred_thousand_entries()
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < 100_000; i++)
            {
                archive.CreateEntry($"{i}", CompressionLevel.NoCompression);
            }
        }

        await ZipRefusedAsync(zip.ToArray(), "100000 entries", HttpStatusCode.BadRequest, "body");
    }

    [Fact]
    public Task A_zip_with_a_damaged_directory() => ZipRefusedAsync(new RawZip().Add("a.txt", [1]).Build(claimedEntries: 5), "damaged");

    [Fact]
    public Task What_is_no_zip() => ZipRefusedAsync("hello"u8.ToArray(), "not a ZIP");

    [Fact]
    public Task A_file_with_a_path_that_climbs_out() => UploadRefusedAsync("?path=../x", "text/plain", "hello"u8.ToArray(), "path");

    [Fact]
    public Task A_file_without_a_path() => UploadRefusedAsync("", "text/plain", "hello"u8.ToArray(), "path");

    [Fact]
    public Task A_form_that_is_cut_off() => UploadRefusedAsync("", "multipart/form-data; boundary=x", "--x\r\nContent-"u8.ToArray(), "body");

    [Theory]
    [InlineData("""{"agent":"echo","goal":"x","goal":"y"}""", "goal")]
    [InlineData("""{"agent":"echo","goal":"x","input":{"a":1,"a":2}}""", "input.a")]
    [InlineData("""{"agent":"echo","goal":"x","colour":1}""", "colour")]
    [InlineData("""{"agent":"echo"}""", "goal")]
    [InlineData("""{"agent":"echo","goal":" "}""", "goal")]
    [InlineData("""{"agent":"echo","goal":7}""", "goal")]
    [InlineData("""{"agent":"../echo","goal":"x"}""", "agent")]
    [InlineData("""{"agent":"echo","goal":"\ud800"}""", "goal")]
    [InlineData("""{"agent":"echo","goal":"x","deadline":"tomorrow"}""", "deadline")]
    [InlineData("""{"agent":"echo","goal":"x","deadline":"2001-01-01T00:00:00Z"}""", "deadline")]
    [InlineData("""{"agent":"echo","goal":"x","budgetUsd":"1"}""", "budgetUsd")]
    [InlineData("""{"agent":"echo","goal":"x","budgetUsd":1e300}""", "budgetUsd")]
    [InlineData("""{"agent":"echo","goal":"x","input":1e999}""", "input")]
    [InlineData("""{"agent":"echo","goal":"x","planApproval":"yes"}""", "planApproval")]
    [InlineData("""[]""", "body")]
    [InlineData("""{"agent":"echo",""", "body")]
    [InlineData("", "body")]
    public Task A_body_that_is_not_what_was_asked_for(string body, string field) => RunRefusedAsync(body, field);

    [Fact]
    public Task Json_that_is_nested_too_deeply() => RunRefusedAsync(
        $$"""{"agent":"echo","goal":"x","input":{{new string('[', 100)}}{{new string(']', 100)}}}""", "input");

    [Fact]
    public Task Json_that_is_nested_far_too_deeply() => RunRefusedAsync(
        $$"""{"agent":"echo","goal":"x","input":{{new string('[', 100_000)}}{{new string(']', 100_000)}}}""", "body");

    [Fact]
    public async Task A_body_that_a_foreign_web_page_could_send()
    {
        using var content = new StringContent("""{"tenant":"acme","budgetUsd":1}""", Encoding.UTF8, "text/plain");
        var (status, problem) = await app.SendAsync(HttpMethod.Post, "threads", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Equal(["Content-Type"], Fields(problem));
    }

    [Theory]
    [InlineData("runs?status=sleeping", "status")]
    [InlineData("runs?limit=0", "limit")]
    [InlineData("runs?cursor=x", "cursor")]
    [InlineData("approvals?status=x", "status")]
    public async Task A_query_that_means_nothing(string path, string field)
    {
        var (status, problem) = await app.SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([field], Fields(problem));
    }

    [Theory]
    [InlineData("threads/none", "threadId")]
    [InlineData("runs/none", "runId")]
    [InlineData("runs/none/audit/verify", "runId")]
    public async Task What_does_not_exist(string path, string field)
    {
        var (status, problem) = await app.SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal([field], Fields(problem));
    }

    [Fact]
    public async Task A_run_in_no_thread()
    {
        var (status, problem) = await app.PostJsonAsync("threads/none/runs", """{"agent":"echo","goal":"x"}""");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal(["threadId"], Fields(problem));
    }

    private static StringContent Yaml(string text) => new(text, Encoding.UTF8, "application/yaml");

    private static IEnumerable<string> Fields(JsonObject problem) => problem["errors"]!.AsArray().Select(error => (string)error!["field"]!);

    private async Task RunRefusedAsync(string body, string field, HttpStatusCode expected = HttpStatusCode.BadRequest)
    {
        var thread = await app.CreateThreadAsync();

        var (status, problem) = await app.PostJsonAsync($"threads/{thread}/runs", body);

        Assert.True(status == expected, $"{status}: {problem.ToJsonString()}");
        Assert.Contains(field, Fields(problem));
        Assert.Equal((int)expected, (int)problem["status"]!);
        Assert.Empty((await app.GetAsync($"runs?threadId={thread}"))["runs"]!.AsArray());
        await StillWorksAsync();
    }

    private async Task ThreadRefusedAsync(string body, string field)
    {
        var (status, problem) = await app.PostJsonAsync("threads", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal([field], Fields(problem));
        Assert.Equal(HttpStatusCode.NotFound, (await app.SendAsync(HttpMethod.Get, "threads/neg")).Status);
        await StillWorksAsync();
    }

    private Task ZipRefusedAsync(
        byte[] zip, string problem, HttpStatusCode expected = HttpStatusCode.BadRequest, string field = "body") =>
        UploadRefusedAsync("", "application/zip", zip, field, problem, expected);

    private async Task UploadRefusedAsync(
        string query, string type, byte[] body, string field, string problem = "", HttpStatusCode expected = HttpStatusCode.BadRequest)
    {
        var thread = await app.CreateThreadAsync();
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        var (status, document) = await app.SendAsync(HttpMethod.Post, $"threads/{thread}/files{query}", content);

        Assert.True(status == expected, $"{status}: {document.ToJsonString()}");
        Assert.Equal([field], Fields(document));
        Assert.Contains(problem, document["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Empty((await app.GetAsync($"threads/{thread}/files"))["files"]!.AsArray());
        await StillWorksAsync();
    }

    private async Task StillWorksAsync() => Assert.True((bool)(await app.GetAsync("health"))["ready"]!);
}
