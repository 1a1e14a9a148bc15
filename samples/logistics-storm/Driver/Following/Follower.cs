using System.Diagnostics;
using System.Globalization;
using LogisticsStorm.Driver.Hosting;

namespace LogisticsStorm.Driver.Following;

/// <summary>Follows the runs until all of them are settled, and kills the host on the way.</summary>
/// <param name="api">The API.</param>
/// <param name="host">The host.</param>
/// <param name="threads">The thread of each tenant.</param>
/// <param name="crashAfter">Kills once so many runs are settled; 0 for never.</param>
internal sealed class Follower(ApiClient api, HostProcess host, IReadOnlyDictionary<string, string> threads, int crashAfter)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>Between two looks lies so many times what one takes, so that looking is not what keeps the host busy.</summary>
    private const int PauseForEachLook = 8;

    /// <summary>Seconds from the kill until the next process was ready; <see langword="null"/> where there was no kill.</summary>
    public double? RestartSeconds { get; private set; }

    /// <summary>Runs that were settled when the host was killed.</summary>
    public int SettledBefore { get; private set; }

    /// <summary>Follows until everything was sent and is settled.</summary>
    /// <param name="sending">The sending of the requests.</param>
    /// <param name="show">Shows where the runs stand.</param>
    /// <param name="cancellationToken">Ends the following.</param>
    public async Task<Snapshot> FollowAsync(Task sending, Action<Snapshot, string> show, CancellationToken cancellationToken)
    {
        while (true)
        {
            var clock = Stopwatch.StartNew();
            var wasSent = sending.IsCompleted;
            var snapshot = await LookAsync(cancellationToken);
            var took = clock.Elapsed;
            show(snapshot, Note());
            if (sending.IsFaulted || (wasSent && snapshot.Settled == snapshot.Runs.Count))
            {
                await sending;
                return snapshot;
            }

            if (RestartSeconds is null && crashAfter > 0 && snapshot.Settled >= crashAfter)
            {
                show(snapshot, "Host killed with SIGKILL, starting it again.");
                SettledBefore = snapshot.Settled;
                RestartSeconds = await host.KillAndRestartAsync(cancellationToken);
            }

            await Task.Delay(TimeSpan.FromTicks(Math.Clamp(took.Ticks * PauseForEachLook, Shortest.Ticks, Longest.Ticks)), cancellationToken);
        }
    }

    private string Note() => RestartSeconds is { } seconds
        ? string.Create(CultureInfo.InvariantCulture, $"Host killed with SIGKILL once, ready again after {seconds:0.0} s.")
        : "";

    private async Task<Snapshot> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var spent = new Dictionary<string, decimal>(StringComparer.Ordinal);
            foreach (var (tenant, thread) in threads)
            {
                spent[tenant] = (await api.GetThreadAsync(thread, cancellationToken)).Budget.SpentUsd;
            }

            return Snapshot.Of(await api.ListRunsAsync(cancellationToken), spent);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new StormException($"The host does not answer any more: {error.Message}");
        }
    }
}
