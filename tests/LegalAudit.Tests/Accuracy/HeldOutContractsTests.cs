namespace LegalAudit.Tests.Accuracy;

public class HeldOutContractsTests(ITestOutputHelper output)
{
    // The mark to reach is 0.8 each. It is not reached yet; these are the levels that must not be lost on the way.
    private const double LeastPrecision = 0.55;
    private const double LeastRecall = 0.3;

    // Prints numbers only: whoever tunes the rules must not learn what the held-out contracts say.
    [Fact]
    public void Findings_on_contracts_that_the_rules_were_not_tuned_on_do_not_fall_below_what_was_reached()
    {
        var scores = CorpusScores.Of(AnsweredCorpus.OpenFolder(AnsweredCorpus.RepositoryFolder("tests/LegalAudit.Tests/HeldOut")));
        foreach (var score in scores.All.Concat(scores.Items))
            output.WriteLine(score.ToString());
        Assert.All(scores.All, score => Assert.True(score is { Precision: >= LeastPrecision, Recall: >= LeastRecall }, score.ToString()));
    }
}
