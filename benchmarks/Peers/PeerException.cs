namespace AgentFunctions.Benchmarks.Peers;

/// <summary>A peer cannot be had here, or failed; the message tells why.</summary>
internal sealed class PeerException(string reason) : Exception(reason);
