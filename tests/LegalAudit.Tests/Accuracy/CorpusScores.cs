using AgentFunctions;
using LegalAudit.Documents;
using LegalAudit.Lgpd;
using LegalAudit.Termination;

namespace LegalAudit.Tests.Accuracy;

/// <summary>
/// How well the checks do on contracts with known answers. A positive is something to find:
/// a right to end the contract, a stated notice (right only with the right number), a contradiction,
/// a file that cannot be read, and a checklist item that the contract covers ("covered") or fails to cover ("missing").
/// </summary>
internal sealed class CorpusScores
{
    private readonly Dictionary<string, Score> lgpd = LgpdItems.All.ToDictionary(i => i, i => new Score($"lgpd.{i}"), StringComparer.Ordinal);

    public Score Readable { get; } = new("unreadable");

    public Score Termination { get; } = new("termination");

    public Score Notice { get; } = new("notice");

    public Score Contradiction { get; } = new("contradiction");

    public Score LgpdCovered { get; } = new("lgpd covered");

    public Score LgpdMissing { get; } = new("lgpd missing");

    public IEnumerable<Score> All => [Readable, Termination, Notice, Contradiction, LgpdCovered, LgpdMissing];

    public IEnumerable<Score> Items => lgpd.Values;

    public static CorpusScores Of(AnsweredCorpus corpus)
    {
        var scores = new CorpusScores();
        foreach (var answers in corpus.Answers)
            scores.Add(answers, corpus.Files[answers.File]);
        return scores;
    }

    private void Add(KnownAnswers answers, byte[] content)
    {
        ContractDocument document;
        try
        {
            document = DocumentReader.Read(content, answers.File);
        }
        catch (ToolFailureException e) when (e.Kind == ToolFailureKind.Unreadable)
        {
            Readable.Add(answers.File, !answers.Readable, found: true, e.Message);
            return;
        }
        Readable.Add(answers.File, !answers.Readable, found: false);
        if (!answers.Readable)
            return;
        AddTermination(answers, document);
        var items = LgpdAnalyzer.Analyze(document).Items;
        foreach (var item in LgpdItems.All)
        {
            var (expected, found) = (answers.Lgpd[item], items[item]);
            LgpdCovered.Add(answers.File, expected, found.Present);
            LgpdMissing.Add(answers.File, !expected, !found.Present);
            lgpd[item].Add(answers.File, expected, found.Present, found.Evidence ?? "");
        }
    }

    private void AddTermination(KnownAnswers answers, ContractDocument document)
    {
        var expected = answers.Termination;
        var found = TerminationAnalyzer.Analyze(document);
        var detail = $"expected {expected}, found {found.NoticeDays}: {string.Join(" / ", found.Evidence.Select(e => e.Quote))}";
        Termination.Add(answers.File, expected.Present, found.Present, detail);
        Contradiction.Add(answers.File, expected.Contradictory, found.Contradictory, detail);
        // A wrong number is both: a notice that is not there, and one that was not found.
        if (expected.NoticeDays == found.NoticeDays)
            Notice.Add(answers.File, expected.NoticeDays is not null, found.NoticeDays is not null);
        else
        {
            if (expected.NoticeDays is not null)
                Notice.Add(answers.File, expected: true, found: false, detail);
            if (found.NoticeDays is not null)
                Notice.Add(answers.File, expected: false, found: true, detail);
        }
    }
}
