using System.IO.Compression;
using System.Text.Json.Nodes;

namespace LegalAudit.Tests.Corpus;

/// <summary>The corpus as it lies in the repository.</summary>
internal sealed record BundledFiles(IReadOnlyDictionary<string, byte[]> Contracts, string Manifest)
{
    public IReadOnlyList<JsonObject> Entries => JsonNode.Parse(Manifest)!.AsArray().Select(n => n!.AsObject()).ToList();

    public static BundledFiles Open()
    {
        var folder = Path.Combine(Root(), "samples", "legal-audit", "contracts");
        using var zip = ZipFile.OpenRead(Path.Combine(folder, "contracts.zip"));
        return new BundledFiles(
            zip.Entries.ToDictionary(e => e.FullName, Content, StringComparer.Ordinal),
            File.ReadAllText(Path.Combine(folder, "manifest.json")));
    }

    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AgentFunctions.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The test does not run inside the repository.");
        return folder.FullName;
    }

    private static byte[] Content(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }
}
