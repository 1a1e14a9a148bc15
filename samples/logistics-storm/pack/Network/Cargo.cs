namespace LogisticsStorm.Network;

/// <summary>How soon cargo has to be looked after.</summary>
public enum CargoPriority
{
    /// <summary>Such as medicine.</summary>
    Urgent,

    /// <summary>Most of it.</summary>
    Normal,

    /// <summary>Bulk that can wait.</summary>
    Batch,
}

/// <summary>Cargo on its way through the network.</summary>
/// <param name="Id">Such as <c>cargo-17</c>.</param>
/// <param name="Tenant">Whose it is; tools show it to nobody else.</param>
/// <param name="Priority">How soon it has to be looked after.</param>
/// <param name="From">Where it is.</param>
/// <param name="To">Where it has to be.</param>
/// <param name="Tonnes">What it weighs.</param>
/// <param name="ReadyAt">When it can be picked up, minutes after the scenario's start.</param>
/// <param name="Deadline">When it must have been unloaded, minutes after the scenario's start.</param>
/// <param name="Booked">The departures it was booked on before the storm.</param>
public sealed record Cargo(
    string Id,
    string Tenant,
    CargoPriority Priority,
    string From,
    string To,
    int Tonnes,
    int ReadyAt,
    int Deadline,
    IReadOnlyList<string> Booked);
