using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Policies.Data;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Models.Simulated;

/// <summary>What the templates of a script can see of a conversation.</summary>
/// <remarks>
/// <c>goal</c>, <c>input</c> and every other field of the first user message's JSON, without the marks of what is data; <c>turn</c> (1 for the first answer);
/// <c>results.TOOL</c>: the last result of a tool as <c>{status, value, failure}</c>; <c>history</c>: every result so far as
/// <c>{tool, args, status, value, failure}</c>; <c>instruction</c>: what a human has added when the run was rolled back; <c>failures</c>: the failed ones as <c>{tool, kind, message, attempts}</c>.
/// </remarks>
internal static class ScriptScope
{
    /// <summary>The variables of a conversation.</summary>
    /// <param name="messages">The conversation.</param>
    public static IReadOnlyDictionary<string, object?> Of(IReadOnlyList<ChatMessage> messages)
    {
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal);
        var first = messages.FirstOrDefault(message => message.Role == ChatRole.User)?.Text ?? "";
        var parts = Parts(first);
        foreach (var (name, value) in parts.SelectMany(part => part))
        {
            variables[name] = Plain(value);
        }

        if (parts.Count == 0)
        {
            variables["goal"] = first;
        }
        else if (variables.GetValueOrDefault("goal") is string goal)
        {
            variables["goal"] = UntrustedText.Unmark(goal);
        }

        var history = History(messages);
        variables["instruction"] = variables.GetValueOrDefault("instruction") ?? Instruction(messages);
        variables["turn"] = messages.Count(message => message.Role == ChatRole.Assistant) + 1;
        variables["history"] = history;
        variables["results"] = Last(history);
        variables["failures"] = history.Where(result => Equals(result.GetValueOrDefault("status"), "failed")).Select(Failure).ToList();
        return variables;
    }

    /// <summary>The JSON that says what to do, and the JSON below it that is marked as data.</summary>
    private static List<JsonObject> Parts(string text)
    {
        var data = text.IndexOf("\n<", StringComparison.Ordinal);
        string[] parts = data < 0 ? [text] : [text[..data], UntrustedText.Unmark(text[(data + 1)..])];
        return [.. parts.Select(Parse).OfType<JsonObject>()];
    }

    private static string? Instruction(IReadOnlyList<ChatMessage> messages) => messages
        .LastOrDefault(message => message.MessageId?.StartsWith(ModelActivities.InstructionPrefix, StringComparison.Ordinal) == true)?.Text;

    private static List<Dictionary<string, object?>> History(IReadOnlyList<ChatMessage> messages)
    {
        var contents = messages.SelectMany(message => message.Contents).ToList();
        var calls = contents.OfType<FunctionCallContent>().ToLookup(call => call.CallId, StringComparer.Ordinal);
        return [.. contents.OfType<FunctionResultContent>().Select(result => Entry(calls[result.CallId].LastOrDefault(), Json(result.Result)))];
    }

    private static Dictionary<string, object?> Entry(FunctionCallContent? call, JsonNode? result) =>
        new(Plain(result) as Dictionary<string, object?> ?? new() { ["value"] = Plain(result) }, StringComparer.Ordinal)
        {
            ["tool"] = call?.Name,
            ["args"] = Plain(Json(call?.Arguments)),
        };

    private static Dictionary<string, object?> Last(IEnumerable<Dictionary<string, object?>> history)
    {
        var last = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var result in history)
        {
            last[result["tool"] as string ?? ""] = result;
        }

        return last;
    }

    private static Dictionary<string, object?> Failure(Dictionary<string, object?> result) =>
        new(result.GetValueOrDefault("failure") as Dictionary<string, object?> ?? [], StringComparer.Ordinal) { ["tool"] = result["tool"] };

    private static JsonNode? Json(object? value) => value switch
    {
        string text when UntrustedText.Unmark(text) is var plain => Parse(plain) ?? JsonValue.Create(plain),
        JsonElement { ValueKind: JsonValueKind.String } text => Json(text.GetString()),
        _ => JsonSerializer.SerializeToNode(value, AgentJson.Options),
    };

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // A goal or a result may be plain text, and is then seen as that.
            return null;
        }
    }

    /// <summary>JSON as the plain values that Liquid knows.</summary>
    private static object? Plain(JsonNode? node) => node switch
    {
        null => null,
        JsonObject fields => fields.ToDictionary(field => field.Key, field => Plain(field.Value), StringComparer.Ordinal),
        JsonArray items => items.Select(Plain).ToList(),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => JsonElementOf(node).TryGetDecimal(out var number) ? number : node.ToJsonString(),
            JsonValueKind.String => node.GetValue<string>(),
            _ => null,
        },
    };

    private static JsonElement JsonElementOf(JsonNode node) => JsonSerializer.SerializeToElement(node, AgentJson.Options);
}
