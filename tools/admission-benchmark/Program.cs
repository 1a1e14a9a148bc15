using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AgentFunctions;
using AgentFunctions.Queue;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;

// The admission's own code over its own store in a temporary folder. For so many runs that wait and so many that go on: what it costs to
// free a slot and admit the next run, with the entity's state read from JSON and written to it as the engine does for each operation.
const int Tenants = 10;
const int Operations = 200;
const int MostListed = 10_000_000;
if (args.FirstOrDefault(arg => !int.TryParse(arg, NumberStyles.None, CultureInfo.InvariantCulture, out var depth) || depth is < 1 or > MostListed) is { } wrong)
{
    await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"'{wrong}' is not a number of waiting runs, from 1 to {MostListed}."));
    return 2;
}

int[] depths = args.Length > 0 ? [.. args.Select(arg => int.Parse(arg, CultureInfo.InvariantCulture))] : [1_000, 10_000, 100_000, 1_000_000];

var folder = Directory.CreateTempSubdirectory("admission-benchmark-");
var builder = FunctionApp.CreateBuilder([$"--DataDirectory={folder.FullName}", "--urls=http://127.0.0.1:0"]);
await using var services = builder.Services.BuildServiceProvider();
var waiting = services.GetRequiredService<IWaitingList>();
var now = DateTimeOffset.UtcNow;
var listed = 0;
Console.WriteLine($"{"waiting",9} {"running",8} {"listed/s",9} {"ms per admission",17} {"state KB",9} {"ms to count",12}");
foreach (var depth in depths)
{
    var filling = Stopwatch.StartNew();
    var before = listed;
    for (; listed < depth; listed += 1000)
    {
        await waiting.AddAsync([.. Enumerable.Range(listed, Math.Min(1000, depth - listed)).Select(Waiting)], CancellationToken.None);
    }

    var perSecond = (depth - before) / filling.Elapsed.TotalSeconds;
    foreach (var running in (int[])[64, 1000])
    {
        var (milliseconds, bytes) = await MeasureAsync(running);
        var counting = Stopwatch.StartNew();
        await waiting.CountAsync(CancellationToken.None);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{depth,9} {running,8} {perSecond,9:F0} {milliseconds,17:F2} {bytes / 1024.0,9:F1} {counting.Elapsed.TotalMilliseconds,12:F1}"));
    }
}

folder.Delete(recursive: true);
return 0;

WaitingRun Waiting(int index)
{
    var since = now.AddMilliseconds(index);
    var (tenant, priority) = ($"tenant-{index % Tenants}", (RunPriority)(index % 3));
    return new WaitingRun($"run-{index:d8}", tenant, null, "agent", ["model"], priority, since, $"run-{index:d8}")
    {
        Rank = new AdmissionSettings().Rank(priority, since, goesOn: false),
    };
}

async Task<(double Milliseconds, int Bytes)> MeasureAsync(int running)
{
    var settings = new AdmissionSettings { Total = running, PerTenant = running };
    var admitted = new Queue<string>();
    var state = await AdmitAsync(new AdmissionState(), settings, admitted);
    var json = JsonSerializer.SerializeToUtf8Bytes(state);
    var watch = Stopwatch.StartNew();
    for (var operation = 0; operation < Operations; operation++)
    {
        var read = JsonSerializer.Deserialize<AdmissionState>(json)!;
        json = JsonSerializer.SerializeToUtf8Bytes(
            await AdmitAsync(read.Free(settings, admitted.Dequeue(), DateTimeOffset.UtcNow, new ActualUse(2, 1000)), settings, admitted));
    }

    return (watch.Elapsed.TotalMilliseconds / Operations, json.Length);
}

// As the desk does it, but for a look at the record of each run; what is admitted leaves the list, as when it starts.
async Task<AdmissionState> AdmitAsync(AdmissionState state, AdmissionSettings settings, Queue<string> admitted)
{
    var round = new AdmissionRound(settings, state, DateTimeOffset.UtcNow);
    var page = Math.Min(round.Room + 1, 32);
    round.Add(await waiting.HeadsAsync(page, CancellationToken.None));
    var last = new List<string>();
    while (round.Next() is { } next)
    {
        var isLast = round.Admit(next);
        admitted.Enqueue(next.RunId);
        last.Add(next.RunId);
        if (isLast)
        {
            round.Add(await waiting.BehindAsync(next, page, CancellationToken.None));
        }
    }

    await waiting.RemoveAsync(last, CancellationToken.None);
    return round.End();
}
