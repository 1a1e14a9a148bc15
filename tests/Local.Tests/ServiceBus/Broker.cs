using AgentFunctions.Local.ServiceBus.Broker;
using Azure.Messaging.ServiceBus;
using Local.Tests.Worker;

namespace Local.Tests.ServiceBus;

/// <summary>A Service Bus namespace over a file, with a clock that the test moves.</summary>
internal sealed class Broker : IAsyncDisposable
{
    private readonly SqliteMessageDatabase database;
    private readonly IDisposable registration;
    private readonly TempFolder? ownFolder;

    public Broker(QueueOptions? options = null, string? folder = null)
    {
        ownFolder = folder is null ? new TempFolder() : null;
        database = SqliteMessageDatabase.Open(Path.Combine(folder ?? ownFolder!.Path, "bus.db"));
        ConnectionString = $"Endpoint=sb://127.0.0.1/{Guid.NewGuid():N};SharedAccessKeyName=k;SharedAccessKey=v;UseDevelopmentEmulator=true";
        registration = LocalNamespaces.Register(
            LocalNamespaces.EndpointOf(ConnectionString), new MessageBroker(database, Clock, _ => options ?? new QueueOptions()));
        Client = new ServiceBusClient(ConnectionString);
    }

    public string ConnectionString { get; }

    public MovableClock Clock { get; } = new();

    public ServiceBusClient Client { get; }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        registration.Dispose();
        await database.DisposeAsync();
        ownFolder?.Dispose();
    }

    public sealed class MovableClock : TimeProvider
    {
        private TimeSpan ahead;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;

        public void Move(TimeSpan by) => ahead += by;
    }
}
