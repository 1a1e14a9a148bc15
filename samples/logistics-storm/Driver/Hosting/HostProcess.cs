using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LogisticsStorm.Driver.Hosting;

/// <summary>How the host is started.</summary>
/// <param name="Folder">Where its data lie.</param>
/// <param name="Settings">Its settings, as <c>--Key=value</c>.</param>
/// <param name="HeapMb">Most MB that its garbage-collected heap may take.</param>
/// <param name="Verbose">Whether its log goes to stderr, too; it always goes to <c>host.log</c> in the folder.</param>
internal sealed record HostTerms(string Folder, IReadOnlyList<string> Settings, int HeapMb, bool Verbose);

/// <summary>The process that serves the app. After a kill, another one takes its place at the same address, over the same data.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan GoodWill = TimeSpan.FromSeconds(20);

    private readonly HostTerms terms;
    private readonly HttpClient http;
    private Process process;

    private HostProcess(HostTerms terms)
    {
        this.terms = terms;
        Address = new Uri($"http://127.0.0.1:{FreePort()}");
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(Address, "/api/"), Timeout = TimeSpan.FromSeconds(10) };
        process = Launch();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>How often it was started.</summary>
    public int Starts { get; private set; }

    /// <summary>Bytes of memory that the process has in use now (resident set); 0 where it is gone.</summary>
    public long MemoryBytes
    {
        get
        {
            try
            {
                process.Refresh();
                return process.HasExited ? 0 : process.WorkingSet64;
            }
            catch (InvalidOperationException)
            {
                // It ended between the two questions.
                return 0;
            }
        }
    }

    /// <summary>The most model calls that any of its processes has had under way at the same time.</summary>
    public int PeakModelCalls => Enumerable.Range(1, Starts).Max(start => CallCount.ReadPeak(ModelCallsFile(start)));

    /// <summary>Starts the app and waits until it is ready.</summary>
    /// <param name="terms">How it is started.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StormException">It does not start.</exception>
    public static async Task<HostProcess> StartAsync(HostTerms terms, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(terms.Folder);
        var host = new HostProcess(terms);
        try
        {
            await host.UntilReadyAsync(cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL, and the start of the next process. Returns when that one is ready, with the seconds it took.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StormException">It does not start again.</exception>
    public async Task<double> KillAndRestartAsync(CancellationToken cancellationToken)
    {
        process.Kill();
        await process.WaitForExitAsync(cancellationToken);
        process.Dispose();
        var clock = Stopwatch.StartNew();
        process = Launch();
        await UntilReadyAsync(cancellationToken);
        return clock.Elapsed.TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.StandardInput.Close();
            using var patience = new CancellationTokenSource(GoodWill);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }
        }

        process.Dispose();
        http.Dispose();
    }

    private Process Launch()
    {
        Starts++;
        var self = Environment.ProcessPath!;
        var start = new ProcessStartInfo(self)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Read by the .NET runtime, in hexadecimal.
        start.Environment["DOTNET_GCHeapHardLimit"] = string.Create(CultureInfo.InvariantCulture, $"0x{(long)terms.HeapMb << 20:X}");
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
        {
            start.ArgumentList.Add(typeof(HostProcess).Assembly.Location);
        }

        foreach (var argument in (string[])
            [ServedApp.Verb, $"--urls={Address}", $"--DataDirectory={terms.Folder}", $"--{ServedApp.ModelCallsFile}={ModelCallsFile(Starts)}", .. terms.Settings])
        {
            start.ArgumentList.Add(argument);
        }

        var launched = Process.Start(start) ?? throw new StormException("The host's process cannot be started.");
        launched.OutputDataReceived += (_, line) => Log(line.Data);
        launched.ErrorDataReceived += (_, line) => Log(line.Data);
        launched.BeginOutputReadLine();
        launched.BeginErrorReadLine();
        return launched;
    }

    private async Task UntilReadyAsync(CancellationToken cancellationToken)
    {
        for (var clock = Stopwatch.StartNew(); !await IsReadyAsync(cancellationToken); await Task.Delay(LookAgain, cancellationToken))
        {
            if (process.HasExited || clock.Elapsed > Patience)
            {
                throw new StormException($"The host does not start; see {LogFile}.");
            }
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("health", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // It does not listen yet, or is still too busy to answer in time.
            return false;
        }
    }

    private string LogFile => Path.Combine(terms.Folder, "host.log");

    private string ModelCallsFile(int start) =>
        Path.Combine(terms.Folder, string.Create(CultureInfo.InvariantCulture, $"model-calls-{start}.txt"));

    private void Log(string? line)
    {
        if (line is null)
        {
            return;
        }

        if (terms.Verbose)
        {
            Console.Error.WriteLine(line);
        }

        lock (http)
        {
            File.AppendAllText(LogFile, line + Environment.NewLine);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
