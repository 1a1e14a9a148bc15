namespace ContractGenerator.Library;

/// <summary>The answers one clause gives; a contract's answer is the union over its clauses.</summary>
/// <param name="Termination">Gives a party a right to end the contract early.</param>
/// <param name="Notice">
/// Notice in days for ending without cause: a number, <c>doc</c> for the contract's own period, <c>doc2</c> for its second one;
/// null when the clause states none.
/// </param>
/// <param name="Items">LGPD items with an operative obligation or statement.</param>
internal sealed record Truth(bool Termination, string? Notice, IReadOnlyList<string> Items)
{
    public bool Neutral => !Termination && Notice is null && Items.Count == 0;
}
