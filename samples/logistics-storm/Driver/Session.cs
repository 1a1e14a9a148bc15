using System.Text.Json;

namespace LogisticsStorm.Driver;

/// <summary>What a later start of the same command needs to go on with the same storm.</summary>
/// <param name="StormId">Names the storm's folder and its threads.</param>
/// <param name="Seed">Which storm it is.</param>
/// <param name="Requests">How many requests it leads to.</param>
/// <param name="Finished">Whether it has ended.</param>
internal sealed record Session(string StormId, int Seed, int Requests, bool Finished)
{
    private const string FileName = "storm.json";

    /// <summary>The unfinished storm of a folder, or a new one.</summary>
    /// <exception cref="StormException">The folder holds an unfinished storm of another seed or size.</exception>
    public static Session Open(StormOptions options)
    {
        var path = Path.Combine(options.Data, FileName);
        if (File.Exists(path) && JsonSerializer.Deserialize<Session>(File.ReadAllBytes(path)) is { Finished: false } unfinished)
        {
            return (unfinished.Seed, unfinished.Requests) == (options.Seed, options.Requests)
                ? unfinished
                : throw new StormException(
                    $"The folder {options.Data} holds an unfinished storm of {unfinished.Requests} requests by the seed {unfinished.Seed}. "
                    + "Finish it with the same options, or choose another --data.");
        }

        var session = new Session($"storm-{Guid.NewGuid():N}"[..14], options.Seed, options.Requests, Finished: false);
        session.Save(options.Data);
        return session;
    }

    /// <summary>Writes the session so that a crash leaves the old one or the new one, never half of one.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        using (var stream = File.Create(path + ".new"))
        {
            JsonSerializer.Serialize(stream, this);
            stream.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
    }
}
