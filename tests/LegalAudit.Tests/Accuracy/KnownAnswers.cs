using System.IO.Compression;
using System.Text.Json;

namespace LegalAudit.Tests.Accuracy;

/// <summary>What a careful reader finds in one contract.</summary>
internal sealed record KnownAnswers(
    string File, string[] Hard, bool Readable, KnownTermination Termination, Dictionary<string, bool> Lgpd);

internal sealed record KnownTermination(bool Present, int? NoticeDays, bool Contradictory);

/// <summary>Contracts with known answers: a ZIP and its manifest.</summary>
internal sealed record AnsweredCorpus(IReadOnlyList<KnownAnswers> Answers, IReadOnlyDictionary<string, byte[]> Files)
{
    public static AnsweredCorpus Open(string zip, string manifest)
    {
        using var archive = ZipFile.OpenRead(zip);
        var files = archive.Entries.Where(e => e.Name.Length > 0).ToDictionary(e => e.FullName, Content, StringComparer.Ordinal);
        return new AnsweredCorpus(ReadManifest(manifest), files);
    }

    public static AnsweredCorpus OpenFolder(string folder)
    {
        var answers = ReadManifest(Path.Combine(folder, "manifest.json"));
        return new AnsweredCorpus(
            answers,
            answers.ToDictionary(a => a.File, a => System.IO.File.ReadAllBytes(Path.Combine(folder, a.File)), StringComparer.Ordinal));
    }

    private static KnownAnswers[] ReadManifest(string path) =>
        JsonSerializer.Deserialize<KnownAnswers[]>(System.IO.File.ReadAllBytes(path), JsonSerializerOptions.Web)!;

    /// <summary>A folder of the repository, found upwards from the test's own.</summary>
    public static string RepositoryFolder(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "AgentFunctions.sln")))
                return Path.Combine(folder.FullName, path);
        }
        throw new DirectoryNotFoundException("The test does not run inside the repository.");
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
