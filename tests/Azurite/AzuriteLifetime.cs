using Azurite.Testing;

[assembly: AssemblyFixture(typeof(AzuriteLifetime))]

namespace Azurite.Testing;

/// <summary>Ends the emulator behind the last test.</summary>
public sealed class AzuriteLifetime : IAsyncDisposable
{
    public ValueTask DisposeAsync() => AzuriteProcess.StopAsync();
}
