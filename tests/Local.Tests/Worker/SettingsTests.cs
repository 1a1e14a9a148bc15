using Microsoft.Azure.Functions.Worker.Builder;

namespace Local.Tests.Worker;

public class SettingsTests
{
    [Fact]
    public async Task Settings_come_from_local_settings_json_and_the_command_line_wins()
    {
        using var root = new TempFolder();
        await File.WriteAllTextAsync(
            Path.Combine(root.Path, "local.settings.json"),
            """{ "IsEncrypted": false, "Values": { "A": "file", "Nested__Deep__Key": "file", "B": "file" } }""",
            TestContext.Current.CancellationToken);

        var settings = FunctionsApplication.CreateBuilder([$"--AzureWebJobsScriptRoot={root.Path}", "--B=line"]).Configuration;

        Assert.Equal(("file", "file", "line"), (settings["A"], settings["Nested:Deep:Key"], settings["B"]));
    }

    [Fact]
    public void A_host_listens_on_the_usual_port_of_this_machine_unless_told_otherwise() =>
        Assert.Equal("http://127.0.0.1:7071", FunctionsApplication.CreateBuilder([]).Configuration["urls"]);

    [Fact]
    public void Each_host_has_a_service_bus_namespace_of_its_own() => Assert.NotEqual(
        FunctionsApplication.CreateBuilder([]).Configuration["ServiceBus"],
        FunctionsApplication.CreateBuilder([]).Configuration["ServiceBus"]);

    [Theory]
    [InlineData("""{ "functionTimeout": "soon" }""", "functionTimeout")]
    [InlineData("""{ "extensions": { "durableTask": { "hubName": "../up" } } }""", "hubName")]
    [InlineData("""{ "extensions": { "serviceBus": { "maxConcurrentCalls": 0 } } }""", "maxConcurrentCalls")]
    public async Task A_malformed_setting_in_host_json_is_named(string json, string setting)
    {
        using var root = new TempFolder();
        await File.WriteAllTextAsync(Path.Combine(root.Path, "host.json"), json, TestContext.Current.CancellationToken);

        var error = Assert.Throws<InvalidOperationException>(() => FunctionsApplication.CreateBuilder([$"--AzureWebJobsScriptRoot={root.Path}"]));

        Assert.Contains(setting, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_route_prefix_of_host_json_is_where_functions_answer()
    {
        using var root = new TempFolder();
        await File.WriteAllTextAsync(
            Path.Combine(root.Path, "host.json"),
            """{ "extensions": { "http": { "routePrefix": "" } } }""",
            TestContext.Current.CancellationToken);
        await using var app = await LocalApp.StartAsync([typeof(HttpRoutingTests.Routes)], settings: $"--AzureWebJobsScriptRoot={root.Path}");

        Assert.Equal("plain", await app.Http.GetStringAsync("/plain", TestContext.Current.CancellationToken));
    }
}
