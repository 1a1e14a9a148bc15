using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Audit;
using AgentFunctions.Storage;

namespace AgentFunctions.Http.Views;

/// <summary>A page of events, in order.</summary>
/// <param name="Events">The events.</param>
/// <param name="Cursor">To be sent for the next page; missing on the last one.</param>
public sealed record EventList(IReadOnlyList<AuditEvent> Events, string? Cursor);

/// <summary>Checkpoints of a run, in order.</summary>
/// <param name="Checkpoints">The checkpoints.</param>
public sealed record CheckpointList(IReadOnlyList<Checkpoint> Checkpoints);

/// <summary>Proof of a run's audit log, or of those of its whole tree.</summary>
/// <param name="Verified">Whether every log holds.</param>
/// <param name="Events">How many events there are.</param>
/// <param name="Runs">The proof of each log.</param>
public sealed record AuditProof(bool Verified, long Events, IReadOnlyList<AuditVerification> Runs);

/// <summary>The end of a run's audit log.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Sequence">Sequence number of the last event.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="State">What the signature is worth.</param>
/// <param name="Signature">The signature; missing where no key is configured.</param>
public sealed record AuditHeadView(string RunId, long Sequence, string Hash, SignatureState State, AuditSignature? Signature);

/// <summary>Decisions, the newest first.</summary>
/// <param name="Decisions">The decisions.</param>
public sealed record DecisionList(IReadOnlyList<DecisionView> Decisions);

/// <summary>What was decided, and what followed.</summary>
/// <param name="Decision">The event.</param>
/// <param name="Input">What it was decided on: a prompt's messages, a tool's arguments, a question.</param>
/// <param name="Output">What came out: the messages with the answer, a tool's result, an answer.</param>
/// <param name="CostUsd">What it cost, USD.</param>
/// <param name="Policy">The rules under which it was decided.</param>
/// <param name="Rules">Those rules as they were when the run started.</param>
/// <param name="FollowedUsd">What all that followed cost, USD.</param>
/// <param name="FollowedCount">How many events followed.</param>
/// <param name="Followed">The events that it led to, directly or through others, in order; the first 1000.</param>
public sealed record DecisionView(
    AuditEvent Decision,
    JsonNode? Input,
    JsonNode? Output,
    decimal CostUsd,
    AuditPolicy? Policy,
    DecisionRules? Rules,
    decimal FollowedUsd,
    int FollowedCount,
    IReadOnlyList<AuditEvent> Followed);

/// <summary>The rules under which something was decided.</summary>
/// <param name="Policy">The policy as it was declared.</param>
/// <param name="Agent">The definition of the agent: its instructions, tools and limits.</param>
public sealed record DecisionRules(JsonObject? Policy, AgentDefinition? Agent);
