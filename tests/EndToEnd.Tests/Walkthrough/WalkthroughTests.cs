using System.Text;
using System.Text.Json.Nodes;

namespace EndToEnd.Tests.Walkthrough;

/// <summary>The page docs/walkthrough.md, command by command: each answers what the page says.</summary>
public sealed class WalkthroughTests(ITestOutputHelper log)
{
    [Fact]
    public async Task Every_command_of_the_page_answers_what_the_page_shows()
    {
        var steps = Page.Read(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "walkthrough.md"), TestContext.Current.CancellationToken));
        Assert.True(steps.Count(step => step.Answer is not null) >= 10);
        using var folder = new TempFolder();
        using var app = await AppProcess.StartAsync(folder.Path);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            await FollowAsync(app, folder, step, names);
        }
    }

    /// <summary>A reader who looks too early looks again; what changes something is sent once.</summary>
    private async Task FollowAsync(AppProcess app, TempFolder folder, PageStep step, Dictionary<string, string> names)
    {
        var words = Page.Words(step.Command).Select(word => names.Aggregate(word, (text, name) => text.Replace($"${name.Key}", name.Value, StringComparison.Ordinal))).ToList();
        if (words[0] != "curl")
        {
            var replay = await AuditProcess.CommandAsync("AgentFunctions.Replay.dll", folder.File(words[^1]));
            Assert.True(step.Answer is null || Page.Shows(step.Answer, replay.Output), replay.Output + replay.Errors);
            return;
        }

        var path = words.Single(word => word.StartsWith("$B/", StringComparison.Ordinal))[3..];
        var answer = "";
        if (After(words, "-d") is { } body)
        {
            answer = await app.SendTextAsync(path, body, After(words, "-H") ?? "");
            Assert.True(step.Answer is null || Page.Shows(step.Answer, answer), $"{step.Command}\n{answer}");
        }
        else if (After(words, "-o") is { } file)
        {
            await File.WriteAllBytesAsync(folder.File(file), await app.BytesAsync(path), TestContext.Current.CancellationToken);
        }
        else
        {
            await app.UntilAsync(
                async () => Page.Shows(step.Answer ?? "…", answer = Encoding.UTF8.GetString(await app.BytesAsync(path))),
                () => $"{step.Command}\n{answer}");
        }

        log.WriteLine($"{step.Command}\n{answer}\n");
        Note(names, answer);
    }

    /// <summary>What the page tells the reader to keep.</summary>
    private static void Note(Dictionary<string, string> names, string answer)
    {
        var json = answer.StartsWith('{') ? JsonNode.Parse(answer)! : new JsonObject();
        if (!names.ContainsKey("RUN") && (string?)json["runId"] is { } runId)
        {
            names["RUN"] = runId;
        }

        if (json["approvals"] is JsonArray { Count: > 0 } approvals)
        {
            names["ASK"] = (string)approvals[^1]!["approvalId"]!;
        }
    }

    private static string? After(List<string> words, string option) =>
        words.IndexOf(option) is >= 0 and var place ? words[place + 1] : null;
}
