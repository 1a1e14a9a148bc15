using System.Security.Cryptography;
using System.Text;
using Azurite.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Tests.Storage;

/// <summary>What stores are kept in. A contract is tested on each.</summary>
public abstract class StoreKind
{
    /// <summary>A SQLite file.</summary>
    public static StoreKind Sqlite { get; } = new SqliteKind();

    /// <summary>Tables and blobs of the emulator of Azure Storage.</summary>
    public static StoreKind Azurite { get; } = new AzuriteKind();

    /// <summary>The stores of one process.</summary>
    /// <param name="place">Where they are kept, for several processes; a folder that exists. By default a place of their own.</param>
    /// <param name="configure">Services beside them.</param>
    /// <param name="settings">Further settings.</param>
    public async Task<Stores> OpenAsync(
        string? place = null, Action<IServiceCollection>? configure = null, params KeyValuePair<string, string?>[] settings) =>
        new(place, configure ?? (_ => { }), [.. await SettingsAsync(place ?? Guid.NewGuid().ToString()), .. settings]);

    /// <summary>The settings of the stores at a place.</summary>
    public abstract Task<IReadOnlyList<KeyValuePair<string, string?>>> SettingsAsync(string place);

    private sealed class SqliteKind : StoreKind
    {
        public override Task<IReadOnlyList<KeyValuePair<string, string?>>> SettingsAsync(string place) =>
            Task.FromResult<IReadOnlyList<KeyValuePair<string, string?>>>([]);
    }

    private sealed class AzuriteKind : StoreKind
    {
        public override async Task<IReadOnlyList<KeyValuePair<string, string?>>> SettingsAsync(string place)
        {
            // Each place has tables and a container of its own.
            var name = $"t{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place)).AsSpan(0, 12))}";
            return
            [
                new("Storage", (await AzuriteProcess.SharedAsync()).ConnectionString),
                new("Storage:TablePrefix", name),
                new("Storage:Container", name),
                new("Storage:PollSeconds", "0.2"),
            ];
        }
    }
}
