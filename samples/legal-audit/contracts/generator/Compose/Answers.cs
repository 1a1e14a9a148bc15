using System.Globalization;
using ContractGenerator.Text;

namespace ContractGenerator.Compose;

/// <summary>The known answers of a contract, derived from the clauses it contains.</summary>
internal sealed record Answers(bool Termination, int? NoticeDays, bool Contradictory, IReadOnlySet<string> Items)
{
    public static readonly Answers None = new(false, null, false, new HashSet<string>(StringComparer.Ordinal));

    public static Answers Of(Contract contract)
    {
        var notices = contract.Clauses.Select(c => c.Truth.Notice).OfType<string>()
            .Select(n => Days(n, contract.Spec)).Distinct().ToList();
        return new Answers(
            contract.Clauses.Any(c => c.Truth.Termination),
            notices.Count == 1 ? notices[0] : null,
            notices.Count > 1,
            contract.Clauses.SelectMany(c => c.Truth.Items).ToHashSet(StringComparer.Ordinal));
    }

    private static int Days(string notice, ContractSpec spec) => notice switch
    {
        "doc" => Period(spec.Notice).Days,
        "doc2" => Period(spec.Notice2).Days,
        _ => int.Parse(notice, CultureInfo.InvariantCulture),
    };

    public static NoticePeriod Period(string? text)
    {
        var parts = text?.Split(' ') ?? throw new InvalidDataException("A clause needs a notice period that the contract does not name.");
        return new NoticePeriod(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);
    }
}
