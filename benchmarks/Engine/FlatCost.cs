using System.Diagnostics;
using AgentFunctions.Benchmarks.App;
using Microsoft.DurableTask;

namespace AgentFunctions.Benchmarks.Engine;

/// <summary>Whether what is in the file already slows down what comes.</summary>
internal static class FlatCost
{
    private const int Finished = 100_000;
    private const int AtOnce = 2_000;
    private const int EventsPerStep = 2;
    private const int Width = 20;
    private const int HistoryEvents = 10_000;

    /// <summary>W2's rate with many finished instances over that with an empty file, in turns.</summary>
    public static async Task<Measurement> FinishedInstancesAsync(string folder, int rounds, CancellationToken cancellation)
    {
        await using var full = await BenchmarkHost.StartAsync(Path.Combine(folder, "full"), cancellation: cancellation);
        for (var i = 0; i < Finished / AtOnce; i++)
        {
            await full.CompleteAsync(await full.StartManyAsync(nameof(Workloads.Sequence), 0, AtOnce), cancellation);
        }

        await using var empty = await BenchmarkHost.StartAsync(Path.Combine(folder, "empty"), cancellation: cancellation);
        await EngineWorkloads.ManyAsync(empty);
        await EngineWorkloads.ManyAsync(full);
        List<double> emptySeconds = [], fullSeconds = [];
        for (var round = 0; round < rounds * 2; round++)
        {
            emptySeconds.Add(await EngineWorkloads.ManyAsync(empty));
            fullSeconds.Add(await EngineWorkloads.ManyAsync(full));
        }

        return Measurement.AtLeast(
            "finished",
            "W2's rate with 100,000 finished instances over an empty file's",
            Measurement.Median(emptySeconds) / Measurement.Median(fullSeconds),
            string.Empty,
            0.9);
    }

    /// <summary>Replay of a long history after a restart, and the rate at which the orchestration goes on.</summary>
    public static async Task<List<Measurement>> LongHistoryAsync(string folder, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, "history");
        var input = new LongInput(HistoryEvents / EventsPerStep / Width, Width, EngineWorkloads.SequenceSteps);
        await using (var host = await BenchmarkHost.StartAsync(path, cancellation: cancellation))
        {
            await host.Client.ScheduleNewOrchestrationInstanceAsync(
                nameof(Workloads.Long), input, new StartOrchestrationOptions("long"), cancellation);
            while ((await host.Client.GetInstanceAsync("long", getInputsAndOutputs: true, cancellation))?.SerializedCustomStatus is null)
            {
                await Task.Delay(50, cancellation);
            }
        }

        await using var restarted = await BenchmarkHost.StartAsync(path, cancellation: cancellation);
        for (var i = 0; i < 5; i++)
        {
            await EngineWorkloads.SequenceAsync(restarted);
        }

        var sequence = await EngineWorkloads.SequenceAsync(restarted);
        var begin = Stopwatch.GetTimestamp();
        await restarted.Client.RaiseEventAsync("long", "go", 1, cancellation);
        await restarted.CompleteAsync(["long"], cancellation);
        sequence = (sequence + await EngineWorkloads.SequenceAsync(restarted)) / 2;
        var marks = restarted.Marks.Of("long");
        return
        [
            Measurement.AtMost("history", "replay of 10,000 events to the next step", Stopwatch.GetElapsedTime(begin, marks[0]).TotalSeconds, "s", 1),
            Measurement.AtLeast(
                "history",
                "rate of going on over W1's",
                sequence / Stopwatch.GetElapsedTime(marks[0], marks[^1]).TotalSeconds,
                string.Empty,
                0.5),
        ];
    }
}
