using System.Security.Cryptography;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.ML.Tokenizers;

namespace AgentFunctions.Models;

/// <summary>Counts tokens of the encoding o200k_base, which the models of gpt-4o and gpt-4.1 use.</summary>
/// <remarks>
/// A loop sends its whole conversation again at every turn, so counts of long texts are remembered by content hash.
/// The overhead of messages and tools is the providers' published estimate; the text itself is exact (but see <see cref="Encode"/>).
/// </remarks>
internal sealed class TokenCounter : ITokenCounter
{
    private const int TokensPerMessage = 3;
    private const int TokensOfReplyPrimer = 3;
    private const int TokensPerTool = 7;

    /// <summary>Below this length counting costs less than hashing and remembering.</summary>
    private const int ShortText = 200;

    /// <summary>Below this length even a text without any break is encoded at once.</summary>
    private const int MaxWhole = 1_000;

    /// <summary>The encoder's work grows with the square of a piece (a word, a run of spaces); no word is longer than this.</summary>
    private const int MaxPiece = 256;

    private static readonly Lazy<TiktokenTokenizer> Encoder = new(() => TiktokenTokenizer.CreateForEncoding("o200k_base"));

    private readonly RecentCounts recent = new(capacity: 8192);

    /// <inheritdoc />
    public int Count(string text)
    {
        if (text.Length < ShortText)
        {
            return Encoder.Value.CountTokens(text);
        }

        var hash = SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()));
        var key = (MemoryMarshal.Read<UInt128>(hash), text.Length);
        if (!recent.TryGet(key, out var count))
        {
            count = Encode(text);
            recent.Set(key, count);
        }

        return count;
    }

    /// <inheritdoc />
    public int Count(IEnumerable<ChatMessage> messages, ChatOptions? options = null) =>
        TokensOfReplyPrimer
        + messages.Sum(message => TokensPerMessage + Count(message.Role.Value) + message.Contents.Sum(Count))
        + (options?.Instructions is { } instructions ? TokensPerMessage + Count(instructions) : 0)
        + (options?.Tools ?? []).Sum(Count);

    /// <summary>Tokens of what a model answered.</summary>
    /// <param name="contents">Its texts and tool calls.</param>
    public int CountAnswer(IEnumerable<AIContent> contents) => contents.Sum(Count);

    /// <summary>The longest beginning of a text that has at most so many tokens.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokens">Most tokens.</param>
    public static string Truncate(string text, int tokens) =>
        text[..Encoder.Value.GetIndexByTokenCount(text, tokens, out _, out _)];

    /// <summary>Exact, except that a piece beyond all words, such as 400 KB of one letter, counts in parts: a token more for each.</summary>
    private static int Encode(string text)
    {
        if (text.Length <= MaxWhole)
        {
            return Encoder.Value.CountTokens(text);
        }

        var (count, start) = (0, 0);
        foreach (var (offset, length) in Encoder.Value.PreTokenizer!.PreTokenize(text))
        {
            if (length > MaxPiece)
            {
                count += Encoder.Value.CountTokens(text.AsSpan(start, offset - start)) + EncodeInParts(text.AsSpan(offset, length));
                start = offset + length;
            }
        }

        return count + Encoder.Value.CountTokens(text.AsSpan(start));
    }

    private static int EncodeInParts(ReadOnlySpan<char> piece)
    {
        var count = 0;
        while (piece.Length > 0)
        {
            var length = Math.Min(MaxPiece, piece.Length);
            length -= length < piece.Length && char.IsHighSurrogate(piece[length - 1]) ? 1 : 0;
            count += Encoder.Value.CountTokens(piece[..length]);
            piece = piece[length..];
        }

        return count;
    }

    private int Count(AIContent content) => content switch
    {
        TextContent text => Count(text.Text),
        TextReasoningContent reasoning => Count(reasoning.Text),
        FunctionCallContent call => Count(call.Name) + Count(Json(call.Arguments)) + TokensPerMessage,
        FunctionResultContent result => Count(result.Result as string ?? Json(result.Result)),
        _ => 0,
    };

    private int Count(AITool tool) =>
        TokensPerTool + Count(tool.Name) + Count(tool.Description) + (tool is AIFunctionDeclaration function ? Count(function.JsonSchema.GetRawText()) : 0);

    private static string Json(object? value) => JsonSerializer.Serialize(value, AgentJson.Options);
}
