using AgentFunctions.Storage;
using AgentFunctions.Storage.Sqlite;
using AgentFunctions.Storage.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Tests.Storage;

public sealed class StorageSettingsTests
{
    private const string Tables = "Storage:tableServiceUri=https://a.table.core.windows.net";
    private const string Blobs = "Storage:blobServiceUri=https://a.blob.core.windows.net";

    [Theory]
    [InlineData("Storage:blobServiceUri", Tables)]
    [InlineData("Storage:tableServiceUri", Blobs)]
    [InlineData("Storage:tableServiceUri", "Storage:tableServiceUri=http://a.table.core.windows.net", Blobs)]
    [InlineData("Storage:credential", Tables, Blobs, "Storage:credential=password")]
    [InlineData("Storage:TablePrefix", "Storage=x", "Storage:TablePrefix=1a")]
    [InlineData("Storage:TablePrefix", "Storage=x", "Storage:TablePrefix=a-b")]
    [InlineData("Storage:Container", "Storage=x", "Storage:Container=A")]
    [InlineData("Storage:PollSeconds", "Storage=x", "Storage:PollSeconds=0")]
    [InlineData("Storage:tableServiceUri", "WEBSITE_SITE_NAME=app")]
    public void A_wrong_or_missing_setting_is_named_at_the_start(string named, params string[] settings)
    {
        var error = Assert.Throws<InvalidOperationException>(() => StorageSettings.From(Configuration(settings)));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_is_by_identity_in_the_names_of_Azure_Functions_or_by_a_connection_string()
    {
        var identity = StorageSettings.From(Configuration(Tables, Blobs, "Storage:credential=managedidentity", "Storage:clientId=id", "WEBSITE_SITE_NAME=app"));
        Assert.Equal((true, true, "id"), (identity.IsConfigured, identity.UsesManagedIdentity, identity.ClientId));
        Assert.True(StorageSettings.From(Configuration("Storage=UseDevelopmentStorage=true")).IsConfigured);
        Assert.False(StorageSettings.From(Configuration()).IsConfigured);
    }

    [Fact]
    public void Every_store_over_SQLite_is_one_over_a_storage_account_too()
    {
        var (sqlite, tables) = (new ServiceCollection(), new ServiceCollection());
        sqlite.AddSqliteStores(Configuration());
        tables.AddTableStores(StorageSettings.From(Configuration(Tables, Blobs)));

        Assert.Empty(sqlite.Where(service => service.ServiceType.IsInterface).Select(service => service.ServiceType)
            .Except(tables.Select(service => service.ServiceType)));
    }

    [Fact]
    public void Every_store_interface_is_registered()
    {
        var services = new ServiceCollection().AddStores(Configuration()).Select(service => service.ServiceType).ToHashSet();
        Assert.Empty(typeof(IRunStore).Assembly.GetTypes()
            .Where(type => type is { IsInterface: true, Namespace: "AgentFunctions.Storage" })
            .Except(services));
    }

    private static IConfiguration Configuration(params string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1])))
        .Build();
}
