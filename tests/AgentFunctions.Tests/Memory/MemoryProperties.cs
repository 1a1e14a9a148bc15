using System.Globalization;
using System.Text.Json.Nodes;
using AgentFunctions.Memory;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Storage;
using FsCheck;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Memory;

/// <summary>Random changes, each made once or more, beside a model of the memory.</summary>
public sealed class MemoryProperties : IAsyncLifetime
{
    private readonly Stores stores = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => stores.DisposeAsync();

    [Property(MaxTest = 50)]
    public async Task Memory_is_what_its_changes_make_of_it_however_often_each_is_asked_for(byte[] picks)
    {
        var thread = $"t-{Guid.NewGuid():N}";
        var memory = stores.Memory;
        var writer = new MemoryWriter(memory, stores.Blobs, new MemorySettings(), TimeProvider.System);
        var model = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        var revision = 0L;
        foreach (var (index, pick) in picks.Index())
        {
            var change = Change(thread, index, pick, versions);
            var outcome = await writer.ApplyAsync(change, TestContext.Current.CancellationToken);
            var again = await writer.ApplyAsync(change, TestContext.Current.CancellationToken);

            var fits = change.IfVersion is not { } asked || asked == versions.GetValueOrDefault(change.Key);
            if (fits && Next(model.GetValueOrDefault(change.Key), change) is { } next)
            {
                revision++;
                Assert.Equal((MemoryStatus.Ok, revision), (outcome.Status, outcome.Revision));
                Assert.Equal(outcome, again);
                versions.Remove(change.Key);
                model.Remove(change.Key);
                if (next.Value is { } value)
                {
                    (model[change.Key], versions[change.Key]) = (value, revision);
                }
            }
            else
            {
                Assert.Equal(fits ? MemoryStatus.Unfit : MemoryStatus.Conflict, outcome.Status);
                Assert.Equal(versions.GetValueOrDefault(change.Key), outcome.Version);
            }
        }

        var entries = await memory.ListAsync(thread, "", "", int.MaxValue, TestContext.Current.CancellationToken);
        Assert.Equal(model.Select(each => $"{each.Key} {each.Value.ToJsonString()}"), entries.Select(entry => $"{entry.Key} {entry.Value}"));
        Assert.Equal(
            new MemoryHead(revision, model.Count, entries.Sum(entry => entry.Bytes)),
            await memory.HeadAsync(thread, TestContext.Current.CancellationToken));
        Assert.Equal(revision, (await memory.ListChangesAsync(thread, 0, int.MaxValue, TestContext.Current.CancellationToken)).Count);
    }

    private static MemoryChange Change(string thread, int index, byte pick, Dictionary<string, long> versions)
    {
        var key = $"k{pick % 3}";
        var operation = (MemoryOperation)(pick / 3 % 4);
        return new MemoryChange(
            thread,
            $"c{index}",
            operation,
            key,
            operation == MemoryOperation.Delete ? null : (pick % 5).ToString(CultureInfo.InvariantCulture),
            OperandHash: null,
            (pick / 12 % 4) switch { 0 => versions.GetValueOrDefault(key), 1 => versions.GetValueOrDefault(key) + 1, _ => null },
            "test",
            Writer: null);
    }

    /// <summary>The value after the change; no result where it does not fit.</summary>
    private static (JsonNode? Value, bool Fits)? Next(JsonNode? before, MemoryChange change) => (change.Operation, before) switch
    {
        (MemoryOperation.Set, _) => (JsonNode.Parse(change.Operand!), true),
        (MemoryOperation.Delete, _) => (null, true),
        (MemoryOperation.Add, null or JsonValue) => (JsonValue.Create((before?.GetValue<decimal>() ?? 0m) + decimal.Parse(change.Operand!, CultureInfo.InvariantCulture)), true),
        (MemoryOperation.Append, null or JsonArray) => (new JsonArray([.. (before as JsonArray ?? []).Select(item => item!.DeepClone()), JsonNode.Parse(change.Operand!)]), true),
        _ => null,
    };
}
