using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentFunctions.Benchmarks.Engine;

/// <summary>How often a second this disk syncs, now and in this folder: the limit of every durable engine.</summary>
internal static partial class DiskSyncs
{
    private static readonly TimeSpan Sample = TimeSpan.FromSeconds(0.5);

    /// <summary>Appends 4 KB and syncs, for half a second.</summary>
    public static double PerSecond(string folder)
    {
        var file = Path.Combine(folder, $"sync-{Guid.NewGuid():N}");
        var page = new byte[4096];
        using var handle = File.OpenHandle(file, FileMode.CreateNew, FileAccess.Write, options: FileOptions.DeleteOnClose);
        var clock = Stopwatch.StartNew();
        var count = 0;
        do
        {
            RandomAccess.Write(handle, page, (long)count * page.Length);
            Sync(handle);
            count++;
        }
        while (clock.Elapsed < Sample);

        return count / clock.Elapsed.TotalSeconds;
    }

    private static void Sync(SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(handle);
        }
        else if (FDataSync(handle) != 0)
        {
            throw new IOException($"fdatasync failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeFileHandle handle);
}
