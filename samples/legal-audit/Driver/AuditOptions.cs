namespace LegalAudit.Driver;

/// <summary>What the user asks for.</summary>
/// <param name="Zip">The contracts; the bundled ones where it is <see langword="null"/>.</param>
/// <param name="BudgetUsd">The thread's limit, USD; <see langword="null"/> keeps that of a run to be resumed.</param>
/// <param name="Data">The folder of databases and reports.</param>
/// <param name="Json">Whether the last line of stdout is a JSON object, and nothing is drawn.</param>
/// <param name="Fault">A tool that fails on purpose.</param>
/// <param name="Seed">Which calls fail.</param>
/// <param name="CrashAfter">Ends the process by SIGKILL after so many completed child steps.</param>
/// <param name="Verbose">Whether the host's log goes to stderr.</param>
internal sealed record AuditOptions(
    string? Zip, decimal? BudgetUsd, string Data, bool Json, ToolFault? Fault, int Seed, int? CrashAfter, bool Verbose)
{
    /// <summary>The limit of a new thread, USD.</summary>
    public const decimal DefaultBudgetUsd = 5m;

    /// <summary>The seed of tools that fail.</summary>
    public const int DefaultSeed = 42;
}

/// <summary>A tool that fails on purpose.</summary>
/// <param name="Tool">Its name.</param>
/// <param name="Rate">The part of its calls that fail, 0 to 1.</param>
internal sealed record ToolFault(string Tool, double Rate);
