using System.ComponentModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using AgentFunctions.Storage;
using AgentFunctions.Tools;

namespace AgentFunctions.Tests.Tools;

internal enum Size
{
    Small,
    VeryLarge,
}

internal sealed record Page(string Title, int? Number);

/// <summary>Tools that behave in every way a tool can.</summary>
internal sealed class SampleTools
{
    [Description("Adds two numbers.")]
    public int Add([Description("First.")] int left, [Description("Second.")] int right = 1) => left + right;

    [Description("Says where it stands.")]
    public Task<string> WhereAmIAsync(ToolContext context) => Task.FromResult($"{context.RunId}/{context.StepId}/{context.IdempotencyKey}");

    [Description("Returns what it was given.")]
    public object Echo(Page page, Size size) => new { page, size };

    [Description("Returns nothing.")]
    public Page? Nothing() => null;

    [Description("Fails as told.")]
    public void FailAs(string kind) => throw new ToolFailureException(Enum.Parse<ToolFailureKind>(kind), $"It is {kind}.");

    [Description("Breaks.")]
    public async Task Break()
    {
        await Task.Yield();
        throw new FormatException("Broken\n   at last.");
    }

    [Description("Waits until it is told to stop.")]
    public Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);

    [Description("Never ends and never listens.")]
    public Task Ignore() => new TaskCompletionSource().Task;

    [Description("Is cancelled by its own doing.")]
    public void CancelItself() => throw new OperationCanceledException("its own");

    public int NotATool() => 1;
}

internal static class Catalog
{
    public static IToolCatalog Of<T>(params (string Key, string Value)[] settings)
        where T : class
    {
        var services = new ServiceCollection();
        new PackBuilder(services).AddTools<T>();
        return Build(services, settings);
    }

    public static IToolCatalog Build(IServiceCollection services, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        return services.AddSingleton<IToolCircuitStore, NoCircuits>().AddTools(configuration).BuildServiceProvider().GetRequiredService<IToolCatalog>();
    }

    public static ToolContext Context(string key = "key-1", string run = "run-1", int attempt = 1) =>
        new("tenant", "thread-1", run, "step-1", key, attempt, NoFiles.Instance);

    private sealed class NoFiles : IThreadFiles
    {
        public static NoFiles Instance { get; } = new();

        public Task<IReadOnlyList<ThreadFile>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ThreadFile>>([]);

        public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) => Task.FromResult<byte[]?>(null);

        public Task<ThreadFile> WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            throw new ToolFailureException(ToolFailureKind.Denied, "No files here.");

        public Task<bool> DeleteAsync(string path, CancellationToken cancellationToken) => Task.FromResult(false);
    }
}
