using System.Diagnostics;

namespace Azurite.Testing;

/// <summary>Azurite from npm, in a cache folder of the user's: installed once, by whichever tests need it first.</summary>
internal static class AzuriteInstallation
{
    /// <summary>The program, in the folder of the installation.</summary>
    public const string EntryPoint = "start.cjs";

    private const string Version = "3.37.0";

    /// <summary>Azurite, which ends when nobody holds its standard input any more.</summary>
    private const string Program = """
        process.stdin.resume();
        process.stdin.on('close', () => process.exit(0));
        require('./node_modules/azurite/dist/src/azurite.js');
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Whether there are Node.js and npm.</summary>
    public static bool HasNode => IsThere("node") && IsThere("npm");

    private static string Cache => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "agentfunctions-tests");

    /// <summary>The folder of the installation.</summary>
    public static async Task<string> EnsureAsync()
    {
        var folder = Path.Combine(Cache, $"azurite-{Version}");
        Directory.CreateDirectory(Cache);
        using var limit = new CancellationTokenSource(Patience);
        await using var turn = await LockAsync(Path.Combine(Cache, "azurite.lock"), limit.Token);
        if (!File.Exists(Path.Combine(folder, EntryPoint)))
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.CreateDirectory(folder);
            await RunAsync(
                "npm",
                ["install", "--prefix", folder, "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", $"azurite@{Version}"],
                limit.Token);

            // Written last: where it is, everything is.
            await File.WriteAllTextAsync(Path.Combine(folder, EntryPoint), Program, limit.Token);
        }

        return folder;
    }

    /// <summary>Tests of several assemblies run at the same time; one of them installs.</summary>
    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (!cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            }
        }
    }

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} cannot install Azurite {Version}: {await error}{await output}");
        }
    }

    private static bool IsThere(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, $"{program}.cmd")) || File.Exists(Path.Combine(folder, $"{program}.exe")));
}
