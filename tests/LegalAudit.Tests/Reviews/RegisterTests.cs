using System.Text.Json;
using AgentFunctions;
using LegalAudit.Reviews;
using LegalAudit.Tools;

namespace LegalAudit.Tests.Reviews;

public sealed class RegisterTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_same_call_is_recorded_once()
    {
        using var register = new ReviewRegister(folder.File("data/register.jsonl"));
        await Record(register, "k1");
        await Record(register, "k1");
        await Record(register, "k2");
        Assert.Equal(["k1", "k2"], Keys(register));
    }

    [Fact]
    public async Task A_new_process_knows_the_old_entries()
    {
        using (var register = new ReviewRegister(folder.File("register.jsonl")))
            await Record(register, "k1");
        using var again = new ReviewRegister(folder.File("register.jsonl"));
        await Record(again, "k1");
        Assert.Equal(["k1"], Keys(again));
    }

    [Fact]
    public async Task Parallel_calls_of_two_registers_on_one_file_write_each_key_once()
    {
        using var one = new ReviewRegister(folder.File("register.jsonl"));
        using var two = new ReviewRegister(folder.File("register.jsonl"));
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(() => Record(i % 2 == 0 ? one : two, $"k{i / 4}"))));
        Assert.Equal(Enumerable.Range(0, 15).Select(i => $"k{i}").Order(), Keys(one).Order());
    }

    [Fact]
    public async Task A_line_torn_by_a_kill_is_dropped_and_its_call_recorded_again()
    {
        var path = folder.File("register.jsonl");
        using (var register = new ReviewRegister(path))
        {
            await Record(register, "k1");
            await Record(register, "k2");
        }
        var bytes = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, bytes[..^20]);
        using var again = new ReviewRegister(path);
        await Record(again, "k2");
        Assert.Equal(["k1", "k2"], Keys(again));
    }

    [Fact]
    public async Task Findings_that_are_no_objects_are_refused()
    {
        using var register = new ReviewRegister(folder.File("register.jsonl"));
        var failure = await Assert.ThrowsAsync<ToolFailureException>(() => new ReviewTools(register).RecordReviewAsync(
            "a.txt", Json("\"done\""), Json("{}"), new MemoryThreadFiles().Call(), default));
        Assert.Equal(ToolFailureKind.InvalidArguments, failure.Kind);
        Assert.False(File.Exists(register.Path));
    }

    private static Task Record(ReviewRegister register, string key) => new ReviewTools(register).RecordReviewAsync(
        "a.txt", Json("""{"present":true}"""), Json("""{"items":{}}"""), new MemoryThreadFiles().Call(key), default);

    private static IEnumerable<string?> Keys(ReviewRegister register) =>
        File.ReadLines(register.Path).Select(l => Json(l).GetProperty("key").GetString());

    private static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
