namespace AgentFunctions.Local.Storage;

/// <summary>The tables of a file, and how files of older versions get them.</summary>
/// <param name="Tables">Statements that create what is missing.</param>
internal sealed record DatabaseSchema(IReadOnlyList<string> Tables)
{
    /// <summary>The statements that lead from version 1 to 2, from 2 to 3 and so on.</summary>
    public IReadOnlyList<string> Migrations { get; init; } = [];

    /// <summary>A table by which files are known that were made before versions were written into them.</summary>
    public string? OldestTable { get; init; }

    public int Version => Migrations.Count + 1;
}
