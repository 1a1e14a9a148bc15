using Microsoft.DurableTask.Client;

namespace AgentFunctions.Queue;

/// <summary>Looks at what the admission remembers.</summary>
/// <param name="settings">The limits.</param>
/// <param name="time">The clock.</param>
public sealed class AdmissionReader(AdmissionSettings settings, TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Unknown = TimeSpan.FromSeconds(10);

    private Task<AdmissionState>? recent;
    private DateTimeOffset readAt;

    /// <summary>What goes on, and what tenants have had.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<AdmissionState> ReadAsync(DurableTaskClient client, CancellationToken cancellationToken) =>
        (await client.Entities.GetEntityAsync<AdmissionState>(AdmissionEntity.Id, includeState: true, cancellationToken))?.State ?? new AdmissionState();

    /// <summary>
    /// When a tenant's queue is likely to have room again: the mean time between its last admissions, or how long the last one is ago
    /// where that is longer; from 1 second to 5 minutes. A second old at most.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<TimeSpan> RoomInAsync(string tenant, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (recent is not { IsCompletedSuccessfully: true } || now - readAt > Shortest)
        {
            // Without the caller's token, because others wait for the same answer.
            (recent, readAt) = (ReadAsync(client, CancellationToken.None), now);
        }

        var interval = (await recent.WaitAsync(cancellationToken)).Tenants.GetValueOrDefault(tenant)?.Interval(now) ?? Unknown;
        return interval < Shortest ? Shortest : interval > Longest ? Longest : interval;
    }

    /// <summary>The limits.</summary>
    public AdmissionSettings Settings => settings;
}
