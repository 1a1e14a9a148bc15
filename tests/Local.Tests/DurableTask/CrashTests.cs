using System.Diagnostics;
using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Storage;
using AgentFunctions.Local.Worker.Hosting;
using CrashHost;
using Local.Tests.Worker;

namespace Local.Tests.DurableTask;

public class CrashTests
{
    private const int Kills = 10;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_killed_at_random_points_finishes_everything_with_each_result_and_each_signal_once()
    {
        using var folder = new TempFolder();
        var random = new Random(20_261_124);
        var hasEnded = false;
        for (var kill = 0; kill < Kills && !hasEnded; kill++)
        {
            hasEnded = await RunAsync(folder.Path, TimeSpan.FromMilliseconds(random.Next(20, 250)));
        }

        Assert.True(hasEnded || await RunAsync(folder.Path, Timeout.InfiniteTimeSpan));

        await using var database = Database.Open(Path.Combine(folder.Path, "taskhub.db"), HostSchema.Current);
        database.Read(db =>
        {
            for (var i = 0; i < Functions.Instances; i++)
            {
                AssertOnce(db, $"crash-{i}");
            }

            Assert.Equal($"{Functions.Total}", EntityTable.Find(db, "@counter@all")!.State);
            Assert.Empty(WorkTable.Activities(db));
            Assert.Empty(WorkTable.Timers(db));
            Assert.Empty(MessageTable.Receivers(db));
            Assert.Empty(EntityTable.Receivers(db));
            return true;
        });
    }

    private static void AssertOnce(DatabaseSession db, string id)
    {
        var expected = $"\"{Enumerable.Range(0, Functions.Steps).Sum(step => step * 2)} {string.Join(',', Enumerable.Range(0, Functions.Children).Select(number => number * 2))}\"";
        var instance = InstanceTable.Find(db, id)!;
        Assert.Equal(InstanceStatus.Completed, instance.Status);
        Assert.Equal(expected, InstanceTable.Data(db, instance.Key).Output);
        var history = HistoryTable.Turns(db, instance.Key).SelectMany(events => events).ToList();
        Assert.Equal(
            history.OfType<TaskScheduled>().Select(each => each.TaskId), history.OfType<TaskCompleted>().Select(each => each.TaskId));
        Assert.Equal(Functions.Steps, history.OfType<TaskCompleted>().Count());
        Assert.Equal(Functions.Children, history.OfType<ChildCompleted>().Select(each => each.TaskId).Distinct().Count());
        Assert.Equal(Functions.Children, history.OfType<ChildCompleted>().Count());
    }

    /// <summary>Runs the host for a while after it started its work, kills it then, and tells whether it had ended before.</summary>
    internal static async Task<bool> RunAsync(string folder, TimeSpan life)
    {
        using var host = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { typeof(Functions).Assembly.Location, "--urls=http://127.0.0.1:0", $"--DataDirectory={folder}" },
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = host.StandardError.ReadToEndAsync(Cancel);
        var output = new List<string>();
        while (await host.StandardOutput.ReadLineAsync(Cancel) is { } line && line != "started")
        {
            output.Add(line);
        }

        var rest = host.StandardOutput.ReadToEndAsync(Cancel);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(life);
        try
        {
            await host.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            host.Kill();
            await host.WaitForExitAsync(CancellationToken.None);
            return false;
        }

        Assert.True(host.ExitCode == 0, $"{string.Join('\n', output)}\n{await rest}\n{await errors}");
        return true;
    }
}
