using System.Text;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Rollback;

/// <summary>An agent that writes code, and once corrupts what it has written.</summary>
public sealed class CodingAgentTests
{
    private const string Good = "int main() { return 0; }";

    /// <summary>It writes two files, deletes one, and corrupts the other; told to leave it alone, it stops before that.</summary>
    private static TestPack Coder() => new TestPack().React(
        "coder",
        "tools: [write_file, delete_file, book]",
        $$$"""
          - when: turn == 1
            calls:
              - {tool: write_file, args: '{"path": "main.c", "content": "{{{Good}}}"}'}
          - when: turn == 2
            calls:
              - {tool: write_file, args: '{"path": "notes/todo.txt", "content": "Test it."}'}
          - when: instruction != nil
            text: 'As told: {{ instruction }}'
          - when: turn == 3
            calls:
              - {tool: write_file, args: '{"path": "main.c", "content": "int mian( {"}'}
              - {tool: delete_file, args: '{"path": "notes/todo.txt"}'}
          - text: It is written.
        """);

    [Fact]
    public async Task A_file_that_the_agent_corrupted_is_byte_for_byte_what_it_was_and_the_agent_goes_on_from_there_as_it_is_told()
    {
        await using var app = await RuntimeApp.StartAsync(Coder());
        var runId = await app.RunAsync(new { agent = "coder", goal = "Write a program" });
        await app.EndAsync(runId);
        var checkpoints = await app.CheckpointsAsync(runId);
        var good = checkpoints.Single(each => (string)each["key"]! == "agent/t2/c0");
        var broken = await app.FilesAsync();

        await app.RollBackAsync(runId, (long)good["number"]!, instruction: "Leave main.c alone.");
        var run = await app.EndAsync(runId);

        Assert.Equal(("completed", "As told: Leave main.c alone.", 1), ((string)run["status"]!, (string)run["result"]!, (int)run["branch"]!));
        Assert.Equal(Good, Encoding.UTF8.GetString((await app.Service<AgentFunctions.Files.ThreadFilesFactory>().Open("case").ReadAsync("main.c", RuntimeApp.Ended))!));
        Assert.Equal(2, (await app.FilesAsync()).Count);
        Assert.Single(broken);
        Assert.Equal((string)good["filesHash"]!, (string)(await app.CheckpointsAsync(runId))[^1]["filesHash"]!);
        Assert.Equal(["main.c", "notes/todo.txt", "main.c"], app.Tools.TextsOf("write_file"));
    }
}
