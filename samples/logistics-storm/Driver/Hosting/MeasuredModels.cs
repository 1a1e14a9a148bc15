using System.Collections.Concurrent;
using System.Globalization;
using AgentFunctions.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace LogisticsStorm.Driver.Hosting;

/// <summary>
/// Counts the model calls that are under way, where they leave the runtime for the model's client. The greatest number goes to a file
/// whenever it grows, so that it is known also of a process that was killed.
/// </summary>
internal sealed class MeasuredModels(IModelCatalog models, string file) : IModelCatalog
{
    private readonly ConcurrentDictionary<string, IChatClient> clients = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private int underWay;
    private int peak;

    /// <summary>Puts the measurement around the app's models.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="file">Where the greatest number goes.</param>
    public static void Decorate(IServiceCollection services, string file)
    {
        var inner = services.Last(service => service.ServiceType == typeof(IModelCatalog));
        services.Remove(inner);
        services.AddSingleton<IModelCatalog>(provider => new MeasuredModels((IModelCatalog)inner.ImplementationFactory!(provider), file));
    }

    /// <summary>What a process has written; 0 where it has made no call.</summary>
    /// <param name="file">The file.</param>
    public static int ReadPeak(string file) =>
        File.Exists(file) && int.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var peak) ? peak : 0;

    public ModelDefinition? Find(string name) => models.Find(name);

    public IReadOnlyList<ModelDefinition> List() => models.List();

    public IChatClient GetClient(string name) => clients.GetOrAdd(name, _ => new Measured(models.GetClient(name), this));

    public ModelFailure Classify(Exception exception) => models.Classify(exception);

    private void Begin()
    {
        lock (gate)
        {
            if (++underWay > peak)
            {
                peak = underWay;
                File.WriteAllText(file, peak.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private void End()
    {
        lock (gate)
        {
            underWay--;
        }
    }

    private sealed class Measured(IChatClient client, MeasuredModels measurement) : DelegatingChatClient(client)
    {
        public override async Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            measurement.Begin();
            try
            {
                return await base.GetResponseAsync(messages, options, cancellationToken);
            }
            finally
            {
                measurement.End();
            }
        }
    }
}
