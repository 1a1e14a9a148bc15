using AgentFunctions;
using LegalAudit;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests;

/// <summary>The main job, exported and replayed by the command, without its pack's tools, without its model, without its files.</summary>
public sealed class ReplayTests
{
    [Fact]
    public async Task The_audit_of_the_bundled_contracts_with_a_failing_tool_replays_without_divergence()
    {
        using var folder = new TempFolder();
        var audit = (await AuditProcess.RunAsync("--json", "--data", folder.Path, "--fail-tool", "check_lgpd:0.2")).Expect(exitCode: 0);
        var file = folder.File("audit.jsonl");
        await ExportAsync(folder.Path, audit.Text("runId"), file);

        var replay = (await AuditProcess.CommandAsync("AgentFunctions.Replay.dll", file, "--json")).Expect(exitCode: 0);

        Assert.True(audit.Number("replans") > 0);
        Assert.Equal(audit.Number("children") + 1, replay.Number("runs"));
        Assert.Equal(replay.Number("events"), replay.Number("compared") + replay.Number("given"));
        Assert.True(replay.Number("compared") > 50 * 10);
    }

    private static async Task ExportAsync(string data, string runId, string file)
    {
        var builder = FunctionApp.CreateBuilder(["--urls=http://127.0.0.1:0", $"--DataDirectory={data}"]).AddPack<LegalAuditPack>();
        builder.Logging.ClearProviders();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"{address}/api/") };
        await File.WriteAllBytesAsync(
            file, await http.GetByteArrayAsync($"runs/{runId}/audit?tree=true&format=jsonl", TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }
}
