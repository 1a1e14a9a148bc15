using System.Security.Cryptography;
using System.Text.Json;
using AgentFunctions.Storage;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Agents;

/// <summary>The messages of a loop, kept by content hash.</summary>
public static class Transcript
{
    /// <summary>Stores the messages and returns their content hash.</summary>
    /// <param name="blobs">The store.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static Task<string> PutAsync(IBlobStore blobs, IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken) =>
        blobs.PutAsync(JsonSerializer.SerializeToUtf8Bytes(messages, AIJsonUtilities.DefaultOptions), cancellationToken);

    /// <summary>The messages of that hash.</summary>
    /// <param name="blobs">The store.</param>
    /// <param name="hash">The hash.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="InvalidOperationException">The store has no such blob.</exception>
    public static async Task<List<ChatMessage>> GetAsync(IBlobStore blobs, string hash, CancellationToken cancellationToken)
    {
        var bytes = await blobs.GetAsync(hash, cancellationToken)
            ?? throw new InvalidOperationException($"The blob store has lost the transcript '{hash}'.");
        var messages = JsonSerializer.Deserialize<List<ChatMessage>>(bytes, AIJsonUtilities.DefaultOptions)!;
        foreach (var result in messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>())
        {
            // A client sends text as it is, but would quote and escape a JSON element that holds text.
            result.Result = result.Result is JsonElement { ValueKind: JsonValueKind.String } text ? text.GetString() : result.Result;
        }

        return messages;
    }

    /// <summary>The same for the same calls with the same arguments, whatever ids the model gives them.</summary>
    /// <param name="calls">The calls.</param>
    public static string Hash(IEnumerable<FunctionCallContent> calls)
    {
        var named = calls.Select(call => new { call.Name, Arguments = call.Arguments?.OrderBy(argument => argument.Key, StringComparer.Ordinal) });
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(named, AgentJson.Options)));
    }

    /// <summary>The tool calls that the last answer asks for, in its order.</summary>
    /// <param name="messages">The messages.</param>
    public static IReadOnlyList<FunctionCallContent> PendingCalls(IReadOnlyList<ChatMessage> messages) =>
    [
        .. messages
            .Reverse()
            .TakeWhile(message => message.Role == ChatRole.Assistant)
            .Reverse()
            .SelectMany(message => message.Contents.OfType<FunctionCallContent>()),
    ];
}
