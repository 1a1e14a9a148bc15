using System.Diagnostics;

namespace AgentFunctions.Benchmarks.Peers;

/// <summary>A peer's program in JavaScript, with the packages that its lock file names.</summary>
internal static class NodePackage
{
    private const int OldestNode = 20;

    /// <summary>The folder of the program beside this one; its packages are installed there by npm, once for each lock file.</summary>
    /// <exception cref="PeerException">There is no Node.js that is new enough, or npm failed.</exception>
    public static async Task<string> InstallAsync(string name, Action<string> progress, CancellationToken cancellation)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Peers", name);
        await CheckNodeAsync(cancellation);
        var wanted = await File.ReadAllTextAsync(Path.Combine(folder, "package-lock.json"), cancellation);
        var mark = Path.Combine(folder, "node_modules", ".installed");
        if (!File.Exists(mark) || await File.ReadAllTextAsync(mark, cancellation) != wanted)
        {
            progress($"npm ci for {name}; a package without a binary for this machine is compiled, which takes minutes");
            string[] arguments = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
            await Tool.RunAsync(new ProcessStartInfo("npm", arguments) { WorkingDirectory = folder }, cancellation);
            await File.WriteAllTextAsync(mark, wanted, cancellation);
        }

        return folder;
    }

    private static async Task CheckNodeAsync(CancellationToken cancellation)
    {
        var version = (await Tool.RunAsync(new ProcessStartInfo("node", ["--version"]), cancellation)).Trim();
        if (!int.TryParse(version.TrimStart('v').Split('.')[0], out var major) || major < OldestNode)
        {
            throw new PeerException($"Node.js {OldestNode} or later is needed; this is {version}");
        }
    }
}
