using LegalAudit.Lgpd;

namespace LegalAudit.Tests.Lgpd;

public class PlainWordsTests
{
    [Theory]
    [MemberData(nameof(PlainWords.Covered), MemberType = typeof(PlainWords))]
    public void An_item_is_covered_without_any_legal_term(string language, string item, string text)
    {
        var found = LgpdAnalyzer.Analyze(Sample.In(language, text)).Items[item];
        Assert.True(found.Present, text);
        Assert.Equal(text, found.Evidence);
    }

    [Theory]
    [MemberData(nameof(PlainWords.Missing), MemberType = typeof(PlainWords))]
    public void What_is_denied_or_is_about_other_things_covers_no_item(string language, string text)
    {
        var covered = LgpdAnalyzer.Analyze(Sample.In(language, text)).Items.Where(i => i.Value.Present).Select(i => i.Key);
        Assert.Empty(covered);
    }
}
