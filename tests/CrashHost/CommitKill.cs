using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace CrashHost;

/// <summary>Kills the process right after its database has committed so many times.</summary>
internal static class CommitKill
{
    public static MeterListener At(long commit)
    {
        var commits = 0L;
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "local.storage.commits")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) =>
        {
            if (Interlocked.Add(ref commits, count) == commit)
            {
                Process.GetCurrentProcess().Kill();
            }
        });
        listener.Start();
        return listener;
    }
}
