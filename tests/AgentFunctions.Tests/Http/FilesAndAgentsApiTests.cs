using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Files;

namespace AgentFunctions.Tests.Http;

public class FilesAndAgentsApiTests(ApiApp app) : IClassFixture<ApiApp>
{
    private const string Yaml = "name: added\nmodel: gpt-4.1-mini\ninstructions: Say it.\ntools: [note]\n";

    [Fact]
    public async Task A_zip_is_uploaded_listed_and_downloaded()
    {
        var thread = await app.CreateThreadAsync();

        var (status, _) = await UploadAsync(thread, "", "application/zip", RawZip.Of(("b/ção 1.txt", "olá"), ("a.md", "# x")));

        Assert.Equal(HttpStatusCode.Created, status);
        var files = (await app.GetAsync($"threads/{thread}/files"))["files"]!.AsArray();
        Assert.Equal([("a.md", 3), ("b/ção 1.txt", 4)], files.Select(file => ((string)file!["path"]!, (int)file["bytes"]!)));
        Assert.Equal("uploaded", (string)files[0]!["origin"]!);
        using var response = await app.Http.GetAsync($"threads/{thread}/files/b/{Uri.EscapeDataString("ção 1.txt")}", TestContext.Current.CancellationToken);
        Assert.Equal("olá", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(2, (int)(await app.GetAsync($"threads/{thread}"))["files"]!);
    }

    [Fact]
    public async Task A_single_file_has_its_path_in_the_query_and_is_never_shown_as_a_page()
    {
        var thread = await app.CreateThreadAsync();

        await UploadAsync(thread, "?path=notes/x.html", "text/html", "<script>"u8.ToArray());

        using var response = await app.Http.GetAsync($"threads/{thread}/files/notes/x.html", TestContext.Current.CancellationToken);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.NotFound, (await app.SendAsync(HttpMethod.Get, $"threads/{thread}/files/none")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await app.SendAsync(HttpMethod.Get, $"threads/{thread}/files/a%5C..%5Cb")).Status);
    }

    [Fact]
    public async Task A_form_brings_several_files_or_none()
    {
        var thread = await app.CreateThreadAsync();
        using var good = Form(("a.txt", "1"), ("b.txt", "2"));
        using var bad = Form(("c.txt", "1"), ("../d.txt", "2"));

        var (status, _) = await app.SendAsync(HttpMethod.Post, $"threads/{thread}/files", good);
        var (refused, _) = await app.SendAsync(HttpMethod.Post, $"threads/{thread}/files", bad);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.BadRequest), (status, refused));
        var files = (await app.GetAsync($"threads/{thread}/files"))["files"]!.AsArray();
        Assert.Equal(["a.txt", "b.txt"], files.Select(file => (string)file!["path"]!));
    }

    [Fact]
    public async Task The_limit_of_a_body_is_a_setting()
    {
        using var folder = new AgentFunctions.Tests.Storage.TempFolder();
        await using var small = await ApiApp.StartAsync(folder.Path, "--Limits:MaxBodyBytes=1000");
        var thread = await small.CreateThreadAsync();
        using var body = new ByteArrayContent(new byte[1001]);
        body.Headers.ContentType = new MediaTypeHeaderValue("text/plain");

        var (status, problem) = await small.SendAsync(HttpMethod.Post, $"threads/{thread}/files?path=a.txt", body);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("body", (string)problem["errors"]![0]!["field"]!);
    }

    [Fact]
    public async Task An_agent_is_added_listed_and_run()
    {
        using var content = new StringContent(Yaml, Encoding.UTF8, "application/yaml");
        var (status, added) = await app.SendAsync(HttpMethod.Post, "agents", content);

        Assert.Equal((HttpStatusCode.Created, "added"), (status, (string)added["name"]!));
        var agents = (await app.GetAsync("agents"))["agents"]!.AsArray();
        Assert.Equal(["added", "echo", "spawner"], agents.Select(agent => (string)agent!["name"]!));
        Assert.Equal("api", (string)agents[0]!["source"]!);
        Assert.Equal("echo.yaml", (string)agents[1]!["source"]!);
    }

    [Fact]
    public async Task Health_and_the_description_are_open()
    {
        var health = await app.GetAsync("health");
        Assert.True((bool)health["live"]! && (bool)health["ready"]!);
        Assert.Equal(["live", "ready"], health.Select(member => member.Key));
        var details = await app.GetAsync("health/details");
        Assert.Equal(["store", "agents", "durable", "queue"], details["checks"]!.AsArray().Select(check => (string)check!["name"]!));
        Assert.Equal("3.1.0", (string)(await app.GetAsync("openapi.json"))["openapi"]!);
    }

    [Fact]
    public async Task With_function_keys_set_everything_else_needs_one()
    {
        using var folder = new AgentFunctions.Tests.Storage.TempFolder();
        await using var guarded = await ApiApp.StartAsync(folder.Path, "--FunctionKeys:default=secret");

        Assert.Equal(HttpStatusCode.Unauthorized, (await guarded.SendAsync(HttpMethod.Get, "runs")).Status);
        Assert.Equal(HttpStatusCode.OK, (await guarded.SendAsync(HttpMethod.Get, "runs", null, ("x-functions-key", "secret"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await guarded.SendAsync(HttpMethod.Get, "health")).Status);
    }

    private static MultipartFormDataContent Form(params (string Name, string Text)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, text) in files)
        {
            form.Add(new StringContent(text), "files", name);
        }

        form.Add(new StringContent("not a file"), "comment");
        return form;
    }

    private async Task<(HttpStatusCode Status, JsonObject Body)> UploadAsync(string thread, string query, string type, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await app.SendAsync(HttpMethod.Post, $"threads/{thread}/files{query}", content);
    }
}
