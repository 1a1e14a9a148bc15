using System.Security.Cryptography;
using System.Text;
using AgentFunctions.Tests.Runs;
using FsCheck;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Rollback;

/// <summary>Random programs of writes, deletes and effects, returned to a random checkpoint, beside a model of the files.</summary>
public sealed class RollbackProperties : IAsyncLifetime
{
    private const int LongestProgram = 10;

    private RuntimeApp app = null!;

    public async ValueTask InitializeAsync() => app = await RuntimeApp.StartAsync(
        new TestPack().Planner("worker", "tools: [write_file, delete_file, book, keep]"));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Property(MaxTest = 20)]
    public async Task State_files_and_effects_after_a_rollback_are_those_at_the_checkpoint(byte[] picks, byte at)
    {
        var program = picks.Take(LongestProgram).Append((byte)0).Select((pick, index) => new Operation(index, pick)).ToList();
        var thread = await app.ThreadAsync(threadId: $"t-{Guid.NewGuid():N}");
        var runId = await app.RunAsync(
            new { agent = "worker", goal = "x", plan = new { steps = program.Select(operation => operation.Step) } }, thread);
        var first = await app.EndAsync(runId);
        Assert.Equal("completed", (string)first["status"]!);
        Assert.Equal(Files(program), await app.FilesAsync(thread));

        // The plan's own checkpoint comes first, then one for each step.
        var done = at % (program.Count + 1);
        await app.RollBackAsync(
            runId, done + 1, plan: new { steps = new[] { new { id = "end", kind = "tool", tool = "keep", args = new { value = "end" } } } });
        var run = await app.EndAsync(runId);

        Assert.Equal("end", (string)run["result"]!);
        Assert.Equal(Files(program.Take(done)), await app.FilesAsync(thread));
        Assert.Equal(
            program.Select(operation => $"{operation.Id} {(operation.Index < done ? "completed" : "replaced")}").Append("end completed"),
            run["steps"]!.AsArray().Select(step => $"{step!["id"]} {step["status"]}"));
        Assert.Equal(
            program.Skip(done).Where(operation => operation.Tool == "book").Reverse().Select(operation => operation.Id),
            app.Tools.Attempts.Where(call => call.Tool == "unbook" && call.Context.RunId == runId).Select(call => call.Text));
        var checkpoints = await app.CheckpointsAsync(runId);
        Assert.Equal((string)checkpoints[done]["filesHash"]!, (string)checkpoints[^1]["filesHash"]!);
    }

    private static IReadOnlyList<string> Files(IEnumerable<Operation> program)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var operation in program)
        {
            switch (operation.Tool)
            {
                case "write_file":
                    files[operation.Path] = operation.Content;
                    break;
                case "delete_file":
                    files.Remove(operation.Path);
                    break;
            }
        }

        return
        [
            .. files.Select(file => $"{file.Key} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file.Value)))} produced"),
        ];
    }

    private sealed record Operation(int Index, byte Pick)
    {
        public string Id => $"s{Index}";

        public string Path => $"f{Pick / 4 % 3}.txt";

        public string Content => $"content {Pick}";

        public string Tool => (Pick % 4) switch { 0 or 1 => "write_file", 2 => "delete_file", _ => "book" };

        public object Step => new
        {
            id = Id,
            kind = "tool",
            tool = Tool,
            args = Tool switch
            {
                "write_file" => new { path = Path, content = Content },
                "delete_file" => (object)new { path = Path },
                _ => new { text = Id },
            },
            dependsOn = Index == 0 ? [] : new[] { $"s{Index - 1}" },
        };
    }
}
