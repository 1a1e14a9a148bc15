using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Azurite.Testing;

/// <summary>
/// The emulator of Azure Storage: one process for all tests of an assembly, on free ports of 127.0.0.1, with everything in memory. It is
/// started when a test first asks for it, and ends with the tests whatever ends them.
/// </summary>
public sealed partial class AzuriteProcess : IAsyncDisposable
{
    private const string Account = "devstoreaccount1";

    /// <summary>The emulator's key, which is the same for everybody and documented.</summary>
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly Lazy<Task<AzuriteProcess>> Shared = new(StartAsync);

    private readonly Process process;

    private AzuriteProcess(Process process, int blobPort, int tablePort)
    {
        this.process = process;
        ConnectionString = string.Create(
            CultureInfo.InvariantCulture,
            $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{blobPort}/{Account};TableEndpoint=http://127.0.0.1:{tablePort}/{Account};");
    }

    /// <summary>How to reach it.</summary>
    public string ConnectionString { get; }

    /// <summary>The emulator of these tests; the calling test is skipped where Node.js is missing.</summary>
    public static async Task<AzuriteProcess> SharedAsync()
    {
        Assert.SkipUnless(AzuriteInstallation.HasNode, "Node.js and npm are missing: the emulator Azurite cannot be run.");
        return await Shared.Value;
    }

    /// <summary>Ends the emulator, if it was started.</summary>
    public static async ValueTask StopAsync()
    {
        if (Shared.IsValueCreated && Shared.Value.IsCompletedSuccessfully)
        {
            await (await Shared.Value).DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // It ends when its standard input does.
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<AzuriteProcess> StartAsync()
    {
        var folder = await AzuriteInstallation.EnsureAsync();
        var start = new ProcessStartInfo("node")
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var argument in (string[])
            [
                AzuriteInstallation.EntryPoint, "--skipApiVersionCheck", "--inMemoryPersistence", "--disableTelemetry", "--silent",
                "--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1",
                "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
            ])
        {
            start.ArgumentList.Add(argument);
        }

        var started = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Patience);
        var ports = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!ports.ContainsKey("Blob") || !ports.ContainsKey("Table"))
        {
            var line = await started.StandardOutput.ReadLineAsync(limit.Token) ?? throw new InvalidOperationException("Azurite has ended.");
            if (Listening().Match(line) is { Success: true } found)
            {
                ports[found.Groups["service"].Value] = int.Parse(found.Groups["port"].Value, CultureInfo.InvariantCulture);
            }
        }

        // What it still says goes nowhere; it must not wait for somebody to read it.
        _ = started.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        return new AzuriteProcess(started, ports["Blob"], ports["Table"]);
    }

    [GeneratedRegex(@"^Azurite (?<service>\w+) service is successfully listening at http://127\.0\.0\.1:(?<port>\d+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Listening();
}
