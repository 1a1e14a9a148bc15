using System.IO.Compression;

namespace EndToEnd.Tests;

/// <summary>Small ZIPs out of the bundled contracts.</summary>
internal static class Contracts
{
    /// <summary>Writes a ZIP of so many readable documents, the bundled contracts more than once under other names, and returns its path.</summary>
    public static string Many(int count, TempFolder folder)
    {
        var path = folder.File("contracts.zip");
        using var bundled = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, "contracts.zip"));
        var readable = bundled.Entries.Where(entry => entry.Length > 0).ToList();
        using var many = ZipFile.Open(path, ZipArchiveMode.Create);
        for (var number = 0; number < count; number++)
        {
            using var from = readable[number % readable.Count].Open();
            using var to = many.CreateEntry($"{number / readable.Count}-{readable[number % readable.Count].Name}").Open();
            from.CopyTo(to);
        }

        return path;
    }

    /// <summary>Writes a ZIP with the first contracts and returns its path.</summary>
    public static string First(int count, TempFolder folder)
    {
        var path = folder.File("contracts.zip");
        using var bundled = ZipFile.OpenRead(Path.Combine(AppContext.BaseDirectory, "contracts.zip"));
        using var small = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var entry in bundled.Entries.Where(entry => entry.Length > 0).Take(count))
        {
            using var from = entry.Open();
            using var to = small.CreateEntry(entry.FullName).Open();
            from.CopyTo(to);
        }

        return path;
    }
}
