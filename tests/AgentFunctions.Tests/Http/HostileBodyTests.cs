using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Storage;

namespace AgentFunctions.Tests.Http;

/// <summary>Bodies within the size limit that cost far more than their size, or that never become whole.</summary>
public sealed class HostileBodyTests(ApiApp app) : IClassFixture<ApiApp>
{
    [Fact]
    public async Task A_long_field_name_is_not_written_out_for_each_of_its_many_items()
    {
        var (status, problem) = await app.PostJsonAsync(
            "threads", $$"""{"{{new string('k', 4_000_000)}}":[{{string.Join(',', Enumerable.Repeat("1", 2_000_000))}}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.All(problem["errors"]!.AsArray(), error => Assert.True(((string)error!["field"]!).Length < 200));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_very_many_errors_the_first_are_told(bool unique)
    {
        var fields = Enumerable.Range(0, 200_000).Select(index => $"\"{(unique ? index : 0)}\":0");

        var (status, problem) = await app.PostJsonAsync("threads", $"{{{string.Join(',', fields)}}}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.InRange(problem["errors"]!.AsArray().Count, 1, 40);
    }

    [Fact]
    public async Task A_form_with_too_many_files_is_refused_like_such_a_zip()
    {
        using var folder = new TempFolder();
        await using var small = await ApiApp.StartAsync(folder.Path, "--Files:MaxEntries=3");
        var thread = await small.CreateThreadAsync();
        using var form = new MultipartFormDataContent();
        for (var file = 0; file < 4; file++)
        {
            form.Add(new StringContent("x"), "file", $"{file}.txt");
        }

        var (status, problem) = await small.SendAsync(HttpMethod.Post, $"threads/{thread}/files", form);

        Assert.Equal((HttpStatusCode.BadRequest, "body"), (status, (string)problem["errors"]![0]!["field"]!));
        Assert.Empty((await small.GetAsync($"threads/{thread}/files"))["files"]!.AsArray());
    }

    [Fact]
    public async Task A_body_with_a_broken_chunk_is_a_bad_request()
    {
        var address = app.Http.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /api/threads HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nConnection: close\r\n"
                + "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n"),
            TestContext.Current.CancellationToken);

        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_fields_in_another_order_are_the_same_body_and_other_digits_are_another()
    {
        var id = $"t-{Guid.NewGuid():N}";

        var first = await app.PostJsonAsync("threads", $$"""{"threadId":"{{id}}","tenant":"acme","budgetUsd":1.50,"metadata":{"a":"é","b":[1,2]} }""");
        var same = await app.PostJsonAsync("threads", $$"""{ "metadata":{"b":[1, 2],"a":"\u00e9"},"budgetUsd":1.50,"tenant":"acme","threadId":"{{id}}"}""");
        var other = await app.PostJsonAsync("threads", $$"""{"threadId":"{{id}}","tenant":"acme","budgetUsd":1.50,"metadata":{"a":"é","b":[12]} }""");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Conflict), (first.Status, same.Status, other.Status));
        Assert.IsType<JsonObject>(other.Body);
    }
}
