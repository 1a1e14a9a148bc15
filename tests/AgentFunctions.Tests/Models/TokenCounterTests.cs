using System.Text;
using AgentFunctions.Models;
using FsCheck;
using FsCheck.Xunit;
using Microsoft.Extensions.AI;
using Microsoft.ML.Tokenizers;

namespace AgentFunctions.Tests.Models;

public sealed class TokenCounterTests
{
    private static readonly TiktokenTokenizer Reference = TiktokenTokenizer.CreateForEncoding("o200k_base");

    [Theory]
    [InlineData("", 0)]
    [InlineData("hello world", 2)]
    public void Known_texts_have_their_known_counts(string text, int tokens) => Assert.Equal(tokens, new TokenCounter().Count(text));

    [Property]
    public bool Every_text_counts_as_the_encoding_says_also_when_it_is_remembered(NonNull<string> text, byte repeats)
    {
        var counter = new TokenCounter();
        var whole = string.Join(' ', Enumerable.Repeat(text.Get, repeats));
        var expected = Reference.CountTokens(whole);
        return counter.Count(whole) == expected && counter.Count(whole) == expected;
    }

    [Fact]
    public void More_texts_than_are_remembered_are_still_counted_right()
    {
        var counter = new TokenCounter();
        for (var round = 0; round < 2; round++)
        {
            for (var index = 0; index < 20_000; index += 7)
            {
                Assert.Equal(Reference.CountTokens(Text(index)), counter.Count(Text(index)));
            }
        }

        static string Text(int index) => $"{index} {new string('x', 100)} {index * 31} {new string('-', 100)}";
    }

    [Fact]
    public void Tool_calls_results_and_schemas_are_part_of_a_prompt()
    {
        var counter = new TokenCounter();
        var question = new ChatMessage(ChatRole.User, "Go.");
        var call = new ChatMessage(ChatRole.Assistant, [new FunctionCallContent("c", "read", new Dictionary<string, object?> { ["path"] = "a.txt" })]);
        var result = new ChatMessage(ChatRole.Tool, [new FunctionResultContent("c", new { text = "A long contract." })]);
        var tool = new ChatOptions { Tools = [AIFunctionFactory.Create((string path) => path, "read", "Reads a document.")] };
        var counts = new[]
        {
            counter.Count([question]), counter.Count([question, call]), counter.Count([question, call, result]), counter.Count([question, call, result], tool),
        };
        Assert.Equal(counts.Order().Distinct(), counts);
    }

    [Property]
    public bool Truncating_keeps_a_beginning_of_at_most_so_many_tokens(NonNull<string> text, byte most)
    {
        var cut = TokenCounter.Truncate(text.Get, most + 1);
        return text.Get.StartsWith(cut, StringComparison.Ordinal) && Reference.CountTokens(cut) <= most + 1;
    }

    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("ção")]
    [InlineData("\u0000")]
    [InlineData("-\u0301")]
    [InlineData("😀")]
    public void A_hostile_text_without_any_break_is_counted_in_parts_because_whole_it_would_take_minutes(string piece)
    {
        var text = new StringBuilder().Insert(0, piece, 400_000 / piece.Length).ToString();
        Assert.InRange(new TokenCounter().Count($"A contract. {text} Signed."), 400_000 / 256, 1_200_000);
    }

    [Fact]
    public void A_long_piece_does_not_change_the_count_of_what_stands_around_it()
    {
        var counter = new TokenCounter();
        var around = string.Join(' ', Enumerable.Repeat("O contrato vigora por prazo indeterminado.", 50));
        var run = new string('x', 256 * 4);
        Assert.Equal(
            Reference.CountTokens($"{around}\n") + (4 * Reference.CountTokens(run[..256])) + Reference.CountTokens($" {around}"),
            counter.Count($"{around}\n{run} {around}"));
    }
}
