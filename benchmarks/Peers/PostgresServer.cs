using System.Diagnostics;

namespace AgentFunctions.Benchmarks.Peers;

/// <summary>A PostgreSQL server of this machine's, with its defaults, in a folder of its own, reached by a socket that only its user may open.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string Role = "postgres";
    private const string Ready = "database system is ready to accept connections";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Shown =
        ["server_version", "fsync", "synchronous_commit", "wal_sync_method", "full_page_writes", "shared_buffers"];

    private readonly Process server;
    private readonly PostgresPrograms programs;
    private readonly string folder;

    /// <summary>Reads what the server goes on to log, so that it never waits for a reader; ends with the server.</summary>
    private Task log = Task.CompletedTask;

    private PostgresServer(Process server, PostgresPrograms programs, string folder)
    {
        this.server = server;
        this.programs = programs;
        this.folder = folder;
    }

    /// <exception cref="PeerException">There is no PostgreSQL, or it does not start.</exception>
    public static async Task<PostgresServer> StartAsync(string folder, CancellationToken cancellation)
    {
        var found = PostgresPrograms.Find();
        await found.HandOverAsync(folder, cancellation);
        var data = Path.Combine(folder, "data");
        await Tool.RunAsync(
            found.Command(folder, "initdb", "--pgdata", data, "--username", Role, "--auth=trust", "--encoding=UTF8", "--no-locale"), cancellation);
        var info = found.Command(folder, "postgres", "-D", data, "-c", "listen_addresses=", "-c", $"unix_socket_directories={folder}");
        info.UseShellExecute = false;
        info.RedirectStandardError = true;
        var started = new PostgresServer(Process.Start(info)!, found, folder);
        try
        {
            await started.IsReadyAsync(cancellation);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where a client finds a database of this name.</summary>
    public string AddressOf(string database) => $"postgresql://{Role}@localhost/{database}?host={Uri.EscapeDataString(folder)}";

    /// <summary>The settings that durability and speed rest on, as the server says.</summary>
    public async Task<Dictionary<string, string>> SettingsAsync(CancellationToken cancellation)
    {
        var names = string.Join(',', Shown.Select(name => $"'{name}'"));
        var query = $"SELECT name, current_setting(name) FROM pg_settings WHERE name IN ({names})";
        var rows = await Tool.RunAsync(
            programs.Command(folder, "psql", "--host", folder, "--username", Role, "--no-align", "--tuples-only", "--field-separator", "\t", "--command", query),
            cancellation);
        return rows.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(row => row.Split('\t'))
            .ToDictionary(row => row[0] == "server_version" ? "PostgreSQL" : row[0], row => row[1], StringComparer.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        using (server)
        {
            if (server.HasExited)
            {
                return;
            }

            try
            {
                await Tool.RunAsync(
                    programs.Command(folder, "pg_ctl", "stop", "--mode=fast", "--wait", "--pgdata", Path.Combine(folder, "data")), CancellationToken.None);
            }
            catch (PeerException) when (server.WaitForExit(Patience))
            {
                // Ctrl+C reaches the server as well, which then stops by itself.
            }

            await log;
        }
    }

    private async Task IsReadyAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        var last = string.Empty;
        while (await server.StandardError.ReadLineAsync(limit.Token) is { } line)
        {
            last = line;
            if (line.Contains(Ready, StringComparison.Ordinal))
            {
                log = server.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
                return;
            }
        }

        throw new PeerException($"PostgreSQL does not start: {last}");
    }
}
