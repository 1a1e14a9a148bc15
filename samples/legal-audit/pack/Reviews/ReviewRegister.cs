using System.Text;
using System.Text.Json;

namespace LegalAudit.Reviews;

/// <summary>
/// The register of reviews: an append-only file of JSON lines that stands for a system outside the runtime.
/// An entry is written once per idempotency key, also under parallel calls, retries and after the process was killed.
/// </summary>
/// <param name="path">The file; its folder is created when the first entry is written.</param>
public sealed class ReviewRegister(string path) : IDisposable
{
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(20);
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private long knownLength;

    /// <summary>Where the register lies.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Appends an entry unless one with its key is there.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    /// <returns>Whether it was written now; <see langword="false"/> where it already was.</returns>
    public Task<bool> RecordAsync(ReviewEntry entry, CancellationToken cancellationToken) =>
        AppendAsync(entry.Key, JsonSerializer.SerializeToUtf8Bytes(entry, JsonSerializerOptions.Web), cancellationToken);

    /// <summary>Appends that an earlier entry does not count any more, unless that was done.</summary>
    /// <param name="withdrawal">The withdrawal.</param>
    /// <param name="cancellationToken">Ends the wait for other writers.</param>
    /// <returns>Whether it was written now; <see langword="false"/> where it already was.</returns>
    public Task<bool> WithdrawAsync(ReviewWithdrawal withdrawal, CancellationToken cancellationToken) =>
        AppendAsync(withdrawal.Key, JsonSerializer.SerializeToUtf8Bytes(withdrawal, JsonSerializerOptions.Web), cancellationToken);

    private async Task<bool> AppendAsync(string key, byte[] line, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            await using var file = await OpenExclusivelyAsync(cancellationToken);
            await ReadNewEntriesAsync(file, cancellationToken);
            if (known.Contains(key))
                return false;
            // One write, and a line without its line break counts as torn: a kill leaves either the whole entry or none.
            await file.WriteAsync((byte[])[.. line, (byte)'\n'], cancellationToken);
            file.Flush(flushToDisk: true);
            known.Add(key);
            knownLength = file.Position;
            return true;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Frees the lock between this process' writers.</summary>
    public void Dispose() => gate.Dispose();

    // Another process that still holds the file (a host that is just ending) is waited for.
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

    private async Task ReadNewEntriesAsync(FileStream file, CancellationToken cancellationToken)
    {
        if (file.Length < knownLength)
        {
            known.Clear();
            knownLength = 0;
        }
        file.Position = knownLength;
        var added = new byte[file.Length - knownLength];
        await file.ReadExactlyAsync(added, cancellationToken);
        var whole = Array.LastIndexOf(added, (byte)'\n') + 1;
        foreach (var line in Encoding.UTF8.GetString(added, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (KeyOf(line) is { } key)
                known.Add(key);
        }
        knownLength += whole;
        if (file.Length > knownLength)
            file.SetLength(knownLength);
        file.Position = knownLength;
    }

    private static string? KeyOf(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement is { ValueKind: JsonValueKind.Object } entry && entry.TryGetProperty("key", out var key)
                && key.ValueKind == JsonValueKind.String
                ? key.GetString()
                : null;
        }
        catch (JsonException)
        {
            // A line someone else damaged names no key; it is kept as it is and takes no part.
            return null;
        }
    }
}

/// <summary>One review in the register.</summary>
/// <param name="Key">The idempotency key of the call that recorded it.</param>
/// <param name="Tenant">The tenant.</param>
/// <param name="ThreadId">The thread.</param>
/// <param name="Path">The document.</param>
/// <param name="Termination">The termination finding as the agent gave it.</param>
/// <param name="Lgpd">The LGPD finding as the agent gave it.</param>
public sealed record ReviewEntry(
    string Key, string Tenant, string ThreadId, string Path, JsonElement Termination, JsonElement Lgpd);

/// <summary>A review that does not count any more: its run was rolled back.</summary>
/// <param name="Key">The idempotency key of the call that withdrew it.</param>
/// <param name="Tenant">The tenant.</param>
/// <param name="ThreadId">The thread.</param>
/// <param name="Path">The document.</param>
/// <param name="Withdrawn">Always true.</param>
public sealed record ReviewWithdrawal(string Key, string Tenant, string ThreadId, string Path, bool Withdrawn = true);
