namespace AgentFunctions.Replay.Record;

/// <summary>A file that cannot be replayed.</summary>
/// <param name="message">Why.</param>
public sealed class BadExportException(string message) : Exception(message);
