using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;

namespace AgentFunctions.Benchmarks.Soak;

/// <summary>Keeps a number of programs going, one after the other from the stream of a seed.</summary>
internal sealed class ProgramStream(int seed, Door door)
{
    private readonly ConcurrentDictionary<int, bool> acknowledged = new();
    private int next = -1;
    private volatile bool isClosed;

    /// <summary>Programs whose start the host has acknowledged.</summary>
    public IEnumerable<SoakProgram> Acknowledged => acknowledged.Keys.Order().Select(index => SoakProgram.At(seed, index));

    public int Started => acknowledged.Count;

    /// <summary>Those that the host said have ended.</summary>
    public int Ended => acknowledged.Values.Count(hasEnded => hasEnded);

    /// <summary>The program that runs under an instance id.</summary>
    public SoakProgram Of(string root) => SoakProgram.At(seed, int.Parse(root.AsSpan(SoakProgram.Prefix.Length)));

    /// <summary>Starts no more programs.</summary>
    public void Close() => isClosed = true;

    /// <summary>Runs one program after the other until the stream is closed and the last one has ended or is gone.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!isClosed)
        {
            var index = Interlocked.Increment(ref next);
            var program = SoakProgram.At(seed, index);
            var address = SoakFunctions.AddressOf(program.Root);
            var started = await door.SendAsync(
                () => new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(program.Workflow) }, cancellation);
            if (started != HttpStatusCode.Accepted)
            {
                throw new InvalidOperationException($"The host answered {(int)started} to the start of {program.Root}.");
            }

            acknowledged[index] = false;
            var ended = await door.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, address), cancellation);
            acknowledged[index] = ended == HttpStatusCode.OK;
        }
    }
}
