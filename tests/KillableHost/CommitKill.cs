using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using AgentFunctions;
using AgentFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace KillableHost;

/// <summary>
/// Kills the process right after so many commits: <c>engine:40</c> of the durable engine, <c>journal:12</c> of runs, which is before the
/// engine knows of it.
/// </summary>
internal sealed class CommitKill : IDisposable
{
    private readonly MeterListener engine = new();
    private long left;

    private CommitKill(long commits) => left = commits;

    /// <summary>Reads the setting and sets the trap; <see langword="null"/> where there is none.</summary>
    public static CommitKill? Of(string? setting, IServiceCollection services)
    {
        if (setting is null)
        {
            return null;
        }

        var parts = setting.Split(':');
        var kill = new CommitKill(long.Parse(parts[1], CultureInfo.InvariantCulture));
        if (parts[0] == "journal")
        {
            services.Decorate<IRunJournal>((journal, _) => new KillingJournal(journal, kill));
        }
        else
        {
            kill.Listen();
        }

        return kill;
    }

    public void Dispose() => engine.Dispose();

    private void Listen()
    {
        engine.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "local.storage.commits")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        engine.SetMeasurementEventCallback<long>((_, count, _, _) => Count(count));
        engine.Start();
    }

    private void Count(long commits)
    {
        if (Interlocked.Add(ref left, -commits) <= 0)
        {
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }

    private sealed class KillingJournal(IRunJournal inner, CommitKill kill) : DelegatingJournal(inner)
    {
        public override async Task<bool> CommitAsync(RunCommit commit, CancellationToken cancellationToken)
        {
            var isNew = await Inner.CommitAsync(commit, cancellationToken);
            if (isNew)
            {
                kill.Count(1);
            }

            return isNew;
        }
    }
}
