using System.Diagnostics;
using AgentFunctions.Benchmarks.App;

namespace AgentFunctions.Benchmarks.Engine;

/// <summary>What came of W2 whose process was killed in the middle and started again.</summary>
/// <param name="Before">Steps executed before the kill.</param>
/// <param name="Lost">Steps that were never executed.</param>
/// <param name="CompletedAgain">Steps executed again although their completion was on disk.</param>
/// <param name="ExecutedTwice">Executions of steps beyond the first, those in flight at the kill included.</param>
/// <param name="FirstProgress">Seconds from the start of the second process to its first step.</param>
/// <param name="Seconds">Seconds from the start of the second process to the end of all.</param>
internal sealed record CrashResult(int Before, int Lost, int CompletedAgain, int ExecutedTwice, double FirstProgress, double Seconds)
{
    /// <summary>Steps in all.</summary>
    public const int Steps = EngineWorkloads.Orchestrations * EngineWorkloads.StepsEach;

    /// <summary>The line that the process prints when all orchestrations have completed.</summary>
    public const string Completed = "completed";

    /// <summary>Kills the process when half of the steps are in the ledger, and starts it again.</summary>
    public static async Task<CrashResult> MeasureAsync(string ledger, Func<ChildHost> start, CancellationToken cancellation)
    {
        using (var first = start())
        {
            await WaitForAsync(ledger, Steps / 2, first, cancellation);
            await first.KillAsync();
        }

        var before = Execution.Read(ledger).Count;
        var clock = Stopwatch.StartNew();
        var restarted = DateTimeOffset.UtcNow;
        using var second = start();
        while (await second.LineAsync(cancellation) is var line && line != Completed)
        {
            if (line is null)
            {
                throw new InvalidOperationException($"The child process ended before its orchestrations. {second.Errors}");
            }
        }

        var total = clock.Elapsed.TotalSeconds;
        await second.EndAsync(cancellation);
        var executions = Execution.Read(ledger);
        var distinct = executions.DistinctBy(each => (each.Instance, each.Step)).Count();
        var progress = executions.Skip(before).Select(each => (each.At - restarted).TotalSeconds).DefaultIfEmpty(double.PositiveInfinity).First();
        return new CrashResult(
            before, Steps - distinct, Execution.CompletedAgain(executions), executions.Count - distinct, progress, total);
    }

    private static async Task WaitForAsync(string ledger, int count, ChildHost child, CancellationToken cancellation)
    {
        while (!File.Exists(ledger) || Execution.Read(ledger).Count < count)
        {
            if (child.HasExited)
            {
                throw new InvalidOperationException($"The child process ended before it was killed. {child.Errors}");
            }

            await Task.Delay(5, cancellation);
        }
    }
}
