namespace LegalAudit.Tests.Accuracy;

public class BundledContractsTests(ITestOutputHelper output)
{
    [Fact]
    public void Findings_on_the_bundled_contracts_reach_a_precision_and_recall_of_95_percent()
    {
        var folder = AnsweredCorpus.RepositoryFolder("samples/legal-audit/contracts");
        var scores = CorpusScores.Of(AnsweredCorpus.Open(Path.Combine(folder, "contracts.zip"), Path.Combine(folder, "manifest.json")));
        foreach (var score in scores.All.Concat(scores.Items))
            output.WriteLine(score.ToString());
        foreach (var mistake in scores.All.Take(4).Concat(scores.Items).SelectMany(s => s.Mistakes))
            output.WriteLine(mistake);
        Assert.All(scores.All, score => Assert.True(score is { Precision: >= 0.95, Recall: >= 0.95 }, score.ToString()));
    }
}
