using AgentFunctions.Audit;
using AgentFunctions.Storage;

namespace AgentFunctions.Http.Views;

/// <summary>Events of a run, in order.</summary>
/// <param name="Events">The events.</param>
public sealed record EventList(IReadOnlyList<AuditEvent> Events);

/// <summary>Checkpoints of a run, in order.</summary>
/// <param name="Checkpoints">The checkpoints.</param>
public sealed record CheckpointList(IReadOnlyList<Checkpoint> Checkpoints);

/// <summary>Proof of a run's audit log, or of those of its whole tree.</summary>
/// <param name="Verified">Whether every log holds.</param>
/// <param name="Events">How many events there are.</param>
/// <param name="Runs">The proof of each log.</param>
public sealed record AuditProof(bool Verified, long Events, IReadOnlyList<AuditVerification> Runs);
