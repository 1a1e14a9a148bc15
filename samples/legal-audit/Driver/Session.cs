using System.Text.Json;

namespace LegalAudit.Driver;

/// <summary>What a later start of the same command needs to go on with the same run.</summary>
/// <param name="ThreadId">The thread.</param>
/// <param name="IdempotencyKey">The key under which the run is started: the same key is the same run.</param>
/// <param name="ZipSha256">The contracts that it is about.</param>
/// <param name="BudgetUsd">The budget that the thread was created with, USD.</param>
/// <param name="Started">Whether the run was accepted.</param>
/// <param name="Finished">Whether the run has ended.</param>
internal sealed record Session(
    string ThreadId, string IdempotencyKey, string ZipSha256, decimal BudgetUsd, bool Started, bool Finished)
{
    private const string FileName = "session.json";

    public static Session New(string zipSha256, decimal budgetUsd)
    {
        var id = Guid.NewGuid().ToString("N")[..12];
        return new Session($"legal-audit-{id}", $"audit-{id}", zipSha256, budgetUsd, Started: false, Finished: false);
    }

    /// <summary>The unfinished session of a folder, or null.</summary>
    public static Session? FindUnfinished(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) && JsonSerializer.Deserialize<Session>(File.ReadAllBytes(path)) is { Finished: false } session
            ? session
            : null;
    }

    /// <summary>Forgets an unfinished session whose run was never accepted.</summary>
    public static void ForgetUnstarted(string folder)
    {
        if (FindUnfinished(folder) is { Started: false })
        {
            File.Delete(Path.Combine(folder, FileName));
        }
    }

    /// <summary>Writes the session so that a crash leaves the old one or the new one, never half of one.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        var next = path + ".new";
        using (var stream = File.Create(next))
        {
            JsonSerializer.Serialize(stream, this);
            stream.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}
