using ContractGenerator.Output;

namespace LegalAudit.Tests.Corpus;

public class BundledCorpusTests
{
    private static readonly string[] Items =
    [
        "legalBasis", "purposeLimitation", "dataSubjectRights", "securityMeasures", "breachNotification", "dpo",
        "subprocessors", "internationalTransfer", "retentionDeletion", "liability",
    ];

    private readonly BundledFiles _bundled = BundledFiles.Open();

    [Fact]
    public void The_manifest_answers_for_each_of_fifty_files_and_for_no_other()
    {
        var named = _bundled.Entries.Select(e => (string)e["file"]!).ToList();
        Assert.Equal(50, named.Count);
        Assert.Equal(named.Order(), _bundled.Contracts.Keys.Order());
    }

    [Fact]
    public void File_names_tell_nothing() =>
        Assert.All(_bundled.Contracts.Keys, name => Assert.Matches(@"^contract-\d{3}\.(txt|md|pdf|docx)$", name));

    [Fact]
    public void Every_contract_has_between_1500_and_6000_words_and_one_file_is_empty()
    {
        foreach (var entry in _bundled.Entries.Where(e => (bool)e["readable"]!))
            Assert.InRange(PlainWords.Count((string)entry["file"]!, _bundled.Contracts[(string)entry["file"]!]), 1500, 6000);
        Assert.Empty(_bundled.Contracts[(string)Assert.Single(_bundled.Entries, e => !(bool)e["readable"]!)["file"]!]);
    }

    [Fact]
    public void The_manifest_counts_the_words_that_other_readers_count()
    {
        foreach (var entry in _bundled.Entries)
        {
            var words = (int)entry["words"]!;
            var counted = PlainWords.Count((string)entry["file"]!, _bundled.Contracts[(string)entry["file"]!]);
            Assert.True(Math.Abs(words - counted) <= words * 0.03, $"{entry["file"]}: {words} in the manifest, {counted} counted.");
        }
    }

    [Fact]
    public void Each_item_is_present_in_some_contracts_and_missing_in_others()
    {
        foreach (var item in Items)
        {
            var present = _bundled.Entries.Count(e => (bool)e["lgpd"]![item]!);
            Assert.InRange(present, 10, 40);
        }
    }

    [Fact]
    public void A_notice_is_stated_only_where_a_right_to_end_the_contract_is()
    {
        foreach (var answer in _bundled.Entries.Select(e => e["termination"]!.AsObject()))
        {
            var (present, notice, contradictory) = ((bool)answer["present"]!, (int?)answer["noticeDays"], (bool)answer["contradictory"]!);
            Assert.True(present || (notice is null && !contradictory));
            Assert.True(notice is null || !contradictory);
        }
    }

    [Fact]
    public void The_generator_writes_the_bundled_files_again()
    {
        var generated = ContractGenerator.Output.Corpus.Generate();
        Assert.Empty(Checks.Problems(generated));
        Assert.Equal(_bundled.Manifest.ReplaceLineEndings("\n"), ManifestEntry.Json(generated.Files.Select(f => f.Entry)));
        foreach (var file in generated.Files.Where(f => !f.Entry.File.EndsWith(".docx", StringComparison.Ordinal)))
            Assert.True(file.Content.AsSpan().SequenceEqual(_bundled.Contracts[file.Entry.File]), $"{file.Entry.File} differs.");
    }
}
