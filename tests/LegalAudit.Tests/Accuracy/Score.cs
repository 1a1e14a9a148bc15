namespace LegalAudit.Tests.Accuracy;

/// <summary>Precision and recall of yes-or-no answers, where yes is the positive.</summary>
internal sealed class Score(string name)
{
    private readonly List<string> mistakes = [];
    private int truePositives;
    private int falsePositives;
    private int falseNegatives;

    public double Precision => truePositives + falsePositives == 0 ? 1 : (double)truePositives / (truePositives + falsePositives);

    public double Recall => truePositives + falseNegatives == 0 ? 1 : (double)truePositives / (truePositives + falseNegatives);

    /// <summary>How often the right answer is yes.</summary>
    public int Positives => truePositives + falseNegatives;

    public IReadOnlyList<string> Mistakes => mistakes;

    public void Add(string file, bool expected, bool found, string detail = "")
    {
        truePositives += expected && found ? 1 : 0;
        falsePositives += !expected && found ? 1 : 0;
        falseNegatives += expected && !found ? 1 : 0;
        if (expected != found)
            mistakes.Add($"{file} {name}: {(found ? "false alarm" : "missed")} {detail}");
    }

    public override string ToString() =>
        $"{name,-24} precision {Precision:F3} recall {Recall:F3} (tp {truePositives} fp {falsePositives} fn {falseNegatives})";
}
