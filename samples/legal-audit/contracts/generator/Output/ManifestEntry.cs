using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ContractGenerator.Compose;
using ContractGenerator.Library;

namespace ContractGenerator.Output;

/// <summary>The known answers of one file.</summary>
internal sealed record ManifestEntry(
    string File,
    string Language,
    int Words,
    IReadOnlyList<string> Hard,
    bool Readable,
    TerminationAnswer Termination,
    IReadOnlyDictionary<string, bool> Lgpd)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public static ManifestEntry Of(ContractSpec spec, int words, IReadOnlyList<string> hard, Answers answers) => new(
        spec.File,
        spec.Lang,
        words,
        hard,
        spec.Unreadable is null,
        new TerminationAnswer(answers.Termination, answers.NoticeDays, answers.Contradictory),
        LgpdItems.All.ToDictionary(i => i, answers.Items.Contains, StringComparer.Ordinal));

    public static string Json(IEnumerable<ManifestEntry> entries) => JsonSerializer.Serialize(entries, Options) + "\n";
}

/// <summary>Whether a party may end the contract early, and with which notice without a cause.</summary>
internal sealed record TerminationAnswer(bool Present, int? NoticeDays, bool Contradictory);
