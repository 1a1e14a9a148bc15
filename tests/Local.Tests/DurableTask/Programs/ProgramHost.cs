using CrashHost.Programs;
using Local.Tests.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Local.Tests.DurableTask.Programs;

/// <summary>
/// Two apps that run programs: one keeps waiting orchestrations in memory, one runs their code from the start in every turn
/// and keeps all but the shortest payloads apart from the histories.
/// </summary>
public sealed class ProgramHost : IAsyncLifetime
{
    private readonly TempFolder folder = new();

    public DurableApp Keeping { get; private set; } = null!;

    public DurableApp Replaying { get; private set; } = null!;

    public string LedgerFile => Path.Combine(folder.Path, "ledger.txt");

    public async ValueTask InitializeAsync()
    {
        var ledger = new Ledger(LedgerFile);
        Keeping = await DurableApp.StartAsync(typeof(ProgramFunctions), builder => builder.Services.AddSingleton(ledger));
        Replaying = await DurableApp.StartSetAsync(
            typeof(ProgramFunctions),
            """{ "extendedSessionsEnabled": false, "storageProvider": { "longestInlinePayload": 8 } }""",
            builder => builder.Services.AddSingleton(ledger));
    }

    public async ValueTask DisposeAsync()
    {
        await Keeping.DisposeAsync();
        await Replaying.DisposeAsync();
        folder.Dispose();
    }
}
