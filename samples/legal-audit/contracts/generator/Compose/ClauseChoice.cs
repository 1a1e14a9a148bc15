using ContractGenerator.Library;
using ContractGenerator.Text;

namespace ContractGenerator.Compose;

/// <summary>Picks the wording that the corpus has used least, so that contracts share as few sentences as possible.</summary>
internal sealed class ClauseChoice
{
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);

    public Clause? LeastUsed(IEnumerable<Clause> candidates, Dice dice)
    {
        var list = dice.Shuffle(candidates);
        if (list.Count == 0) return null;
        var clause = list.MinBy(c => _uses.GetValueOrDefault(c.Id))!;
        Used(clause);
        return clause;
    }

    public void Used(Clause clause) => _uses[clause.Id] = _uses.GetValueOrDefault(clause.Id) + 1;
}
