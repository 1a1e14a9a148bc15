namespace LegalAudit.Tests.Accuracy;

public class HeldOutContractsTests(ITestOutputHelper output)
{
    // Prints numbers only: whoever tunes the rules must not learn what the held-out contracts say.
    [Fact]
    public void Findings_on_contracts_that_the_rules_were_not_tuned_on_reach_a_precision_and_recall_of_80_percent()
    {
        var scores = CorpusScores.Of(AnsweredCorpus.OpenFolder(AnsweredCorpus.RepositoryFolder("tests/LegalAudit.Tests/HeldOut")));
        foreach (var score in scores.All.Concat(scores.Items))
            output.WriteLine(score.ToString());
        Assert.All(scores.All, score => Assert.True(score is { Precision: >= 0.8, Recall: >= 0.8 }, score.ToString()));
    }
}
