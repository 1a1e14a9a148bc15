using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentFunctions.Webhooks;

/// <summary>Something that outside systems are told. No secrets, no document text.</summary>
/// <param name="EventId">Unique for what happened, and the same over retries, replays and crashes; 1–64 of <c>[A-Za-z0-9._-]</c>.</param>
/// <param name="Type">What happened, such as <c>approval.requested</c>.</param>
/// <param name="At">UTC time at which it happened.</param>
/// <param name="RunId">The run in whose audit log the delivery is recorded; <see langword="null"/> where it concerns none.</param>
/// <param name="Data">The facts.</param>
public sealed record WebhookEvent(string EventId, string Type, DateTimeOffset At, string? RunId, JsonObject Data)
{
    /// <summary>The instance id of the orchestration that delivers it.</summary>
    public string InstanceId => $"webhook-{EventId}";

    /// <summary>The body that is sent: <c>{type, timestamp, data}</c>, the same bytes in every attempt.</summary>
    public byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(
        new JsonObject { ["type"] = Type, ["timestamp"] = JsonSerializer.SerializeToNode(At, AgentJson.Options), ["data"] = Data.DeepClone() },
        AgentJson.Options);
}

/// <summary>One attempt to tell one target.</summary>
/// <param name="Event">What it is told.</param>
/// <param name="Target">The target's name in the settings.</param>
/// <param name="Attempt">From 1.</param>
public sealed record WebhookPost(WebhookEvent Event, string Target, int Attempt);

/// <summary>What an attempt came to.</summary>
/// <param name="Delivered">Whether the target has answered with 2xx.</param>
/// <param name="RetryIn">How long to wait before the next attempt; <see langword="null"/> where there will be none.</param>
public sealed record WebhookAttempt(bool Delivered, TimeSpan? RetryIn);
