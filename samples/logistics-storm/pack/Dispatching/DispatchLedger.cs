using System.Text;
using System.Text.Json;

namespace LogisticsStorm.Dispatching;

/// <summary>
/// The dispatchers' own ledger: an append-only file of JSON lines that stands for a system outside the runtime. A line is written once per
/// idempotency key and is on disk before the call is answered, also under parallel calls, retries and after the process was killed.
/// </summary>
/// <param name="path">The file; its folder is created with the first line.</param>
public sealed class DispatchLedger(string path) : IDisposable
{
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(20);
    private readonly SemaphoreSlim gate = new(1, 1);
    private LedgerState state = LedgerState.Empty;
    private long readLength;

    /// <summary>Where the ledger lies.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>What the ledger comes to now.</summary>
    /// <param name="cancellationToken">Ends the wait for writers.</param>
    public async Task<LedgerState> ReadAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (readLength == 0 && File.Exists(Path))
            {
                await using var file = await OpenExclusivelyAsync(cancellationToken);
                await ReadNewLinesAsync(file, cancellationToken);
            }

            return state;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Dispatches, once per key.</summary>
    /// <param name="order">What is to be dispatched.</param>
    /// <param name="capacityOf">Tonnes that a departure can take.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    /// <returns>The line, from now or from an earlier attempt.</returns>
    /// <exception cref="AgentFunctions.ToolFailureException">As <see cref="LedgerState.Decide"/> says; nothing was written.</exception>
    public async Task<Dispatch> DispatchAsync(DispatchOrder order, Func<string, int> capacityOf, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            await using var file = await OpenExclusivelyAsync(cancellationToken);
            await ReadNewLinesAsync(file, cancellationToken);
            var (line, isNew) = state.Decide(order, capacityOf);
            if (isNew)
            {
                await AppendAsync(file, line);
            }

            return line;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The lines of a ledger, for whoever checks it. A line that was cut off by a kill is none.</summary>
    /// <param name="path">The file; where there is none, nothing was dispatched.</param>
    /// <exception cref="JsonException">A line is damaged.</exception>
    public static IReadOnlyList<Dispatch> ReadLines(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var text = new MemoryStream();
        file.CopyTo(text);
        return Lines(text.GetBuffer().AsSpan(0, (int)text.Length)).Lines;
    }

    /// <summary>Frees the lock between this process' writers.</summary>
    public void Dispose() => gate.Dispose();

    /// <summary>Another process that still holds the file (a host that is just ending) is waited for.</summary>
    private async Task<FileStream> OpenExclusivelyAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < 250)
            {
                await Task.Delay(LockRetry, cancellationToken);
            }
        }
    }

    /// <summary>Takes over what was written since, and cuts off what a kill has left of a line.</summary>
    private async Task ReadNewLinesAsync(FileStream file, CancellationToken cancellationToken)
    {
        if (file.Length > readLength)
        {
            file.Position = readLength;
            var added = new byte[file.Length - readLength];
            await file.ReadExactlyAsync(added, cancellationToken);
            var (lines, whole) = Lines(added);
            state = lines.Aggregate(state, (known, line) => known.With(line));
            readLength += whole;
            if (file.Length > readLength)
            {
                file.SetLength(readLength);
            }
        }

        file.Position = readLength;
    }

    /// <summary>One write of a whole line, on disk before it counts; no cancellation can cut it in two.</summary>
    private async Task AppendAsync(FileStream file, Dispatch line)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(line, JsonSerializerOptions.Web);
        await file.WriteAsync((byte[])[.. bytes, (byte)'\n'], CancellationToken.None);
        file.Flush(flushToDisk: true);
        state = state.With(line);
        readLength = file.Position;
    }

    private static (IReadOnlyList<Dispatch> Lines, int Bytes) Lines(ReadOnlySpan<byte> bytes)
    {
        var whole = bytes.LastIndexOf((byte)'\n') + 1;
        return (
            [
                .. Encoding.UTF8.GetString(bytes[..whole])
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Select(line => JsonSerializer.Deserialize<Dispatch>(line, JsonSerializerOptions.Web)
                        ?? throw new JsonException("A line of the ledger is null.")),
            ],
            whole);
    }
}
