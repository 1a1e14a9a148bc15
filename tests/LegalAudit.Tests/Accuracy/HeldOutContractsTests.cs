namespace LegalAudit.Tests.Accuracy;

public class HeldOutContractsTests(ITestOutputHelper output)
{
    // These contracts say in everyday words what contracts say formally ("some do diário", "querendo parar antes"): harder than what
    // the rules are made for. The mark to reach is 0.8 each. It is not reached yet; these levels must not be lost on the way.
    private const double LeastPrecision = 0.55;
    private const double LeastRecall = 0.3;

    // Of two contradictions, one mistake more or less is half the scale: such a figure is printed and holds nothing.
    private const int LeastPositives = 5;

    // Prints numbers only: whoever tunes the rules must not learn what the held-out contracts say.
    [Fact]
    public void Findings_on_contracts_that_the_rules_were_not_tuned_on_do_not_fall_below_what_was_reached()
    {
        var scores = CorpusScores.Of(AnsweredCorpus.OpenFolder(AnsweredCorpus.RepositoryFolder("tests/LegalAudit.Tests/HeldOut")));
        foreach (var score in scores.All.Concat(scores.Items))
            output.WriteLine(score.ToString());
        Assert.All(scores.All.Where(score => score.Positives >= LeastPositives), score => Assert.True(score is { Precision: >= LeastPrecision, Recall: >= LeastRecall }, score.ToString()));
    }
}
