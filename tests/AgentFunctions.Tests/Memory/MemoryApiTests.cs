using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Tests.Memory;

/// <summary>A thread's shared memory over HTTP.</summary>
public sealed class MemoryApiTests(ApiApp app) : IClassFixture<ApiApp>
{
    [Fact]
    public async Task A_key_is_set_read_listed_and_deleted_under_the_versions_of_its_entity_tag()
    {
        var thread = await app.CreateThreadAsync();

        var (created, first) = await PutAsync(thread, "plan.v1", new { value = new { steps = new[] { "a", "ü" } }, by = "ana" });
        var (changed, second) = await PutAsync(thread, "plan.v1", new { value = "done" });
        await PutAsync(thread, "other", new { value = 7 });
        using var shown = await app.Http.GetAsync($"threads/{thread}/memory/plan.v1", TestContext.Current.CancellationToken);
        var list = await app.GetAsync($"threads/{thread}/memory?prefix=pl");
        var (deleted, _) = await SendAsync(HttpMethod.Delete, thread, "plan.v1");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.NoContent), (created, changed, deleted));
        Assert.Equal((1, "ana", """{"steps":["a","ü"]}"""), ((int)first["version"]!, (string)first["updatedBy"]!, first["value"]!.ToJsonString(AgentJson.Options)));
        Assert.Equal((2, "api"), ((int)second["version"]!, (string)second["updatedBy"]!));
        Assert.Equal("\"2\"", shown.Headers.ETag!.Tag);
        Assert.Equal("done", (string)(await shown.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!["value"]!);
        Assert.Equal(["plan.v1"], list["keys"]!.AsArray().Select(key => (string)key!["key"]!));
        Assert.Equal((3, 2, 7), ((int)list["revision"]!, (int)list["totalKeys"]!, (int)list["totalBytes"]!));
        Assert.Equal(HttpStatusCode.NotFound, (await app.SendAsync(HttpMethod.Get, $"threads/{thread}/memory/plan.v1")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Delete, thread, "plan.v1")).Status);
        Assert.Equal(1, (int)(await app.GetAsync($"threads/{thread}/memory"))["totalKeys"]!);
    }

    [Fact]
    public async Task A_change_for_another_version_changes_nothing_and_tells_the_version_that_there_is()
    {
        var thread = await app.CreateThreadAsync();
        await PutAsync(thread, "key", new { value = 1 });
        await PutAsync(thread, "key", new { value = 2 });

        var (stale, problem) = await PutAsync(thread, "key", new { value = 3 }, ("If-Match", "\"1\""));
        var (exists, _) = await PutAsync(thread, "key", new { value = 3 }, ("If-None-Match", "*"));
        var (missing, none) = await PutAsync(thread, "none", new { value = 3 }, ("If-Match", "*"));
        var (gone, _) = await SendAsync(HttpMethod.Delete, thread, "key", headers: ("If-Match", "\"1\""));
        Assert.Equal(2, (int)(await app.GetAsync($"threads/{thread}/memory/key"))["value"]!);
        var (right, after) = await PutAsync(thread, "key", new { value = 3 }, ("If-Match", "\"2\""));

        Assert.All([stale, exists, missing, gone], status => Assert.Equal(HttpStatusCode.PreconditionFailed, status));
        Assert.Equal((2, "If-Match", "The key 'key' has version 2, not 1."),
            ((int)problem["currentVersion"]!, (string)problem["errors"]![0]!["field"]!, (string)problem["detail"]!));
        Assert.Equal(0, (int)none["currentVersion"]!);
        Assert.Equal((HttpStatusCode.OK, 3), (right, (int)after["version"]!));
    }

    [Fact]
    public async Task A_repeated_idempotency_key_is_one_change_and_another_change_under_it_is_refused()
    {
        var thread = await app.CreateThreadAsync();

        var (_, first) = await PutAsync(thread, "key", new { value = "once" }, ("Idempotency-Key", "k1"));
        await PutAsync(thread, "key", new { value = "later" });
        var (_, again) = await PutAsync(thread, "key", new { value = "once" }, ("Idempotency-Key", "k1"));
        var (other, _) = await PutAsync(thread, "key", new { value = "else" }, ("Idempotency-Key", "k1"));

        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        Assert.Equal(HttpStatusCode.Conflict, other);
        Assert.Equal("later", (string)(await app.GetAsync($"threads/{thread}/memory/key"))["value"]!);
        var changes = (await app.GetAsync($"threads/{thread}/memory-changes"))["changes"]!.AsArray();
        Assert.Equal(["1 set key by api", "2 set key by api"], changes.Select(each => $"{each!["revision"]} {each["operation"]} {each["key"]} by {each["by"]}"));
    }

    [Fact]
    public async Task A_large_value_lies_in_the_blob_store_and_reads_as_it_was_set()
    {
        var thread = await app.CreateThreadAsync();
        var text = string.Concat(Enumerable.Repeat("é ", 50_000));

        await PutAsync(thread, "large", new { value = text });

        var entry = (await app.Services.GetRequiredService<IMemoryStore>().FindAsync(thread, "large", TestContext.Current.CancellationToken))!;
        Assert.Null(entry.Value);
        Assert.Equal(entry.Bytes, (await app.Services.GetRequiredService<IBlobStore>().GetAsync(entry.Sha256, TestContext.Current.CancellationToken))!.Length);
        Assert.Equal(text, (string)(await app.GetAsync($"threads/{thread}/memory/large"))["value"]!);
    }

    [Theory]
    [InlineData("key", """{"value":null}""", "value", 400)]
    [InlineData("key", """{}""", "value", 400)]
    [InlineData("key", """{"value":1,"more":2}""", "more", 400)]
    [InlineData("not%20an%20id", """{"value":1}""", "key", 400)]
    public async Task Bad_input_is_told_by_its_field_and_changes_nothing(string key, string body, string field, int status)
    {
        var thread = await app.CreateThreadAsync();

        var (refused, problem) = await app.SendAsync(
            HttpMethod.Put, $"threads/{thread}/memory/{key}", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal((status, field), ((int)refused, (string)problem["errors"]![0]!["field"]!));
        Assert.Equal(0, (int)(await app.GetAsync($"threads/{thread}/memory"))["revision"]!);
    }

    [Theory]
    [InlineData("If-Match", "7")]
    [InlineData("If-Match", "\"x\"")]
    [InlineData("If-None-Match", "\"7\"")]
    public async Task A_precondition_that_cannot_be_read_is_refused(string header, string value)
    {
        var thread = await app.CreateThreadAsync();

        var (status, problem) = await PutAsync(thread, "key", new { value = 1 }, (header, value));

        Assert.Equal((HttpStatusCode.BadRequest, header), (status, (string)problem["errors"]![0]!["field"]!));
    }

    [Fact]
    public async Task Values_keys_and_memory_have_their_limits_which_are_told()
    {
        using var folder = new AgentFunctions.Tests.Storage.TempFolder();
        await using var small = await ApiApp.StartAsync(
            folder.Path, "--Memory:MaxValueBytes=20", "--Memory:MaxKeys=2", "--Memory:MaxTotalBytes=30");
        var thread = await small.CreateThreadAsync();
        Task<(HttpStatusCode Status, JsonObject Body)> Put(string key, string value) =>
            small.SendAsync(HttpMethod.Put, $"threads/{thread}/memory/{key}", JsonContent.Create(new { value }));

        var (large, told) = await Put("a", "nineteen characters");
        Assert.Equal(HttpStatusCode.Created, (await Put("a", "eighteen character")).Status);
        var (full, toldFull) = await Put("b", "eighteen character");
        Assert.Equal(HttpStatusCode.Created, (await Put("b", "8 of 10.")).Status);
        var (third, toldThird) = await Put("c", "");

        Assert.All([large, full, third], status => Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status));
        Assert.Equal("The value of 'a' would have 21 bytes, and the most is 20.", (string)told["detail"]!);
        Assert.Equal("The thread's memory would have 40 bytes, and the most is 30.", (string)toldFull["detail"]!);
        Assert.Equal("The thread's memory has 2 keys already, and the most is 2.", (string)toldThird["detail"]!);
        Assert.Equal(HttpStatusCode.OK, (await Put("a", "less")).Status);
    }

    [Fact]
    public async Task A_thread_that_does_not_exist_has_no_memory() =>
        Assert.Equal(HttpStatusCode.NotFound, (await app.SendAsync(HttpMethod.Get, "threads/nobody/memory")).Status);

    private Task<(HttpStatusCode Status, JsonObject Body)> PutAsync(
        string thread, string key, object body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, thread, key, JsonContent.Create(body), headers);

    private async Task<(HttpStatusCode Status, JsonObject Body)> SendAsync(
        HttpMethod method, string thread, string key, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, $"threads/{thread}/memory/{key}") { Content = content };
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject());
    }
}
