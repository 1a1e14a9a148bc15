using LegalAudit.Lgpd;
using LegalAudit.Termination;
using LegalAudit.Tests.Accuracy;

namespace LegalAudit.Tests.Wordings;

/// <summary>
/// How well the checks do on single clauses that were worded without a look at the detectors.
/// The rules have been improved on them since, so these floors guard what was reached;
/// the held-out contracts tell how well the rules do on words they have not met.
/// </summary>
public sealed class WordingsTests(ITestOutputHelper output)
{
    private const double Floor = 0.9;

    [Fact]
    public void The_right_to_terminate_is_told_from_its_look_alikes()
    {
        Score present = new("termination"), notice = new("notice"), contradictory = new("contradiction");
        foreach (var wording in WordingFiles.Termination())
        {
            var expected = wording.Expected;
            var found = TerminationAnalyzer.Analyze(Sample.In(wording.Language, wording.Text));
            present.Add(wording.File, expected.Present, found.Present, wording.Text);
            contradictory.Add(wording.File, expected.Contradictory, found.Contradictory, wording.Text);

            // A wrong number is both a miss and a false alarm.
            var right = expected.NoticeDays == found.NoticeDays;
            var detail = $"(expected {expected.NoticeDays}, found {found.NoticeDays}) {wording.Text}";
            if (expected.NoticeDays is not null)
                notice.Add(wording.File, expected: true, found: right, detail);
            if (found.NoticeDays is not null && !right)
                notice.Add(wording.File, expected: false, found: true, detail);
        }
        Report([present, notice, contradictory]);
    }

    [Fact]
    public void Each_checklist_item_is_told_from_its_look_alikes()
    {
        var scores = LgpdItems.All.ToDictionary(item => item, item => new Score(item), StringComparer.Ordinal);
        foreach (var wording in WordingFiles.Lgpd())
        {
            Assert.All(wording.Expected, item => Assert.Contains(item, LgpdItems.All));
            var found = LgpdAnalyzer.Analyze(Sample.In(wording.Language, wording.Text)).Items;
            foreach (var item in LgpdItems.All)
                scores[item].Add(wording.File, wording.Expected.Contains(item), found[item].Present, wording.Text);
        }
        Report([.. scores.Values]);
    }

    private void Report(IReadOnlyList<Score> scores)
    {
        foreach (var score in scores)
            output.WriteLine(score.ToString());
        foreach (var mistake in scores.SelectMany(s => s.Mistakes))
            output.WriteLine(mistake.ReplaceLineEndings(" "));
        Assert.All(scores, s => Assert.True(s.Precision >= Floor && s.Recall >= Floor, s.ToString()));
    }
}
