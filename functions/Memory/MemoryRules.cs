using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Storage;

namespace AgentFunctions.Memory;

/// <summary>What a change makes of a key.</summary>
/// <param name="Outcome">What it comes to.</param>
/// <param name="Json">The value's JSON; <see langword="null"/> where the key is deleted, or nothing is changed.</param>
/// <param name="Head">The head after it; <see langword="null"/> where nothing is changed.</param>
internal sealed record MemoryTurn(MemoryOutcome Outcome, byte[]? Json = null, MemoryHead? Head = null);

/// <summary>The rules of shared memory.</summary>
internal static class MemoryRules
{
    /// <summary>Works a change out.</summary>
    /// <param name="head">The memory's head.</param>
    /// <param name="before">The key's entry.</param>
    /// <param name="value">Its value.</param>
    /// <param name="change">The change.</param>
    /// <param name="operand">The value, amount or item.</param>
    /// <param name="settings">How large memory may be.</param>
    public static MemoryTurn Apply(
        MemoryHead head, MemoryEntry? before, JsonNode? value, MemoryChange change, JsonNode? operand, MemorySettings settings)
    {
        var version = before?.Version ?? 0;
        if (change.IfVersion is { } asked && asked != version)
        {
            return Refused(MemoryStatus.Conflict, version, Conflict(change.Key, version, asked));
        }

        return change.Operation switch
        {
            MemoryOperation.Set => Put(head, before, change, operand!, settings, outcome => outcome),
            MemoryOperation.Delete => Delete(head, before),
            MemoryOperation.Add => Add(head, before, value, change, operand!, settings),
            MemoryOperation.Append => Append(head, before, value, change, operand, settings),
            _ => throw new InvalidOperationException($"Unknown operation '{change.Operation}'."),
        };
    }

    private static string Conflict(string key, long version, long asked) => (version, asked) switch
    {
        (0, _) => string.Create(CultureInfo.InvariantCulture, $"The key '{key}' does not exist, so it has no version {asked}."),
        (_, 0) => string.Create(CultureInfo.InvariantCulture, $"The key '{key}' exists; it has version {version}."),
        _ => string.Create(CultureInfo.InvariantCulture, $"The key '{key}' has version {version}, not {asked}."),
    };

    private static MemoryTurn Delete(MemoryHead head, MemoryEntry? before)
    {
        var after = new MemoryHead(head.Revision + 1, head.Keys - (before is null ? 0 : 1), head.Bytes - (before?.Bytes ?? 0));
        return new MemoryTurn(new MemoryOutcome(MemoryStatus.Ok, 0, after.Revision) { Existed = before is not null }, Json: null, after);
    }

    private static MemoryTurn Add(
        MemoryHead head, MemoryEntry? before, JsonNode? value, MemoryChange change, JsonNode operand, MemorySettings settings)
    {
        if (Number(before is null ? JsonValue.Create(0m) : value) is not { } number)
        {
            return Unfit(before, $"The key '{change.Key}' holds {KindOf(value)}, and not a number that can be added to.");
        }

        if (Number(operand) is not { } amount)
        {
            return Unfit(before, "The amount is not a number of up to 28 digits.");
        }

        try
        {
            var sum = number + amount;
            return Put(head, before, change, JsonValue.Create(sum), settings, outcome => outcome with { Sum = sum });
        }
        catch (OverflowException)
        {
            return Unfit(before, $"The sum in '{change.Key}' would have more than 28 digits.");
        }
    }

    private static MemoryTurn Append(
        MemoryHead head, MemoryEntry? before, JsonNode? value, MemoryChange change, JsonNode? item, MemorySettings settings)
    {
        if (before is not null && value is not JsonArray)
        {
            return Unfit(before, $"The key '{change.Key}' holds {KindOf(value)}, and not a list.");
        }

        var list = value as JsonArray ?? [];
        list.Add(item);
        return Put(head, before, change, list, settings, outcome => outcome with { Count = list.Count });
    }

    private static MemoryTurn Put(
        MemoryHead head, MemoryEntry? before, MemoryChange change, JsonNode value, MemorySettings settings, Func<MemoryOutcome, MemoryOutcome> tell)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, AgentJson.Options);
        var after = new MemoryHead(
            head.Revision + 1, head.Keys + (before is null ? 1 : 0), head.Bytes - (before?.Bytes ?? 0) + json.Length);
        var problem =
            json.Length > settings.MaxValueBytes ? Text($"The value of '{change.Key}' would have {json.Length} bytes, and the most is {settings.MaxValueBytes}.")
            : after.Keys > settings.MaxKeys && before is null ? Text($"The thread's memory has {head.Keys} keys already, and the most is {settings.MaxKeys}.")
            : after.Bytes > settings.MaxTotalBytes && after.Bytes > head.Bytes ? Text($"The thread's memory would have {after.Bytes} bytes, and the most is {settings.MaxTotalBytes}.")
            : null;
        return problem is not null
            ? Refused(MemoryStatus.TooLarge, before?.Version ?? 0, problem)
            : new MemoryTurn(
                tell(new MemoryOutcome(MemoryStatus.Ok, after.Revision, after.Revision) { Existed = before is not null, Bytes = json.Length }), json, after);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static decimal? Number(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number && decimal.TryParse(
            value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;

    private static string KindOf(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "nothing",
    };

    private static MemoryTurn Unfit(MemoryEntry? before, string problem) => Refused(MemoryStatus.Unfit, before?.Version ?? 0, problem);

    private static MemoryTurn Refused(MemoryStatus status, long version, string problem) =>
        new(new MemoryOutcome(status, version, 0) { Problem = problem });
}
