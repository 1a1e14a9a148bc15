using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using AgentFunctions;
using AgentFunctions.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace LogisticsStorm.Driver.Hosting;

/// <summary>
/// Counts the model calls that are under way, where they leave the runtime for a model's client: whichever client the catalogue hands out
/// is handed out measured. So what the runtime believes of its own limits plays no part.
/// </summary>
internal class MeasuredModels : DispatchProxy
{
    private readonly ConditionalWeakTable<IChatClient, IChatClient> clients = [];
    private IModelCatalog models = null!;
    private CallCount count = null!;

    /// <summary>Puts the measurement around the app's models.</summary>
    /// <param name="services">The app's services.</param>
    /// <param name="file">Where the greatest number goes.</param>
    public static void Decorate(IServiceCollection services, string file) =>
        services.Decorate<IModelCatalog>((models, _) => Around(models, new CallCount(file)));

    /// <summary>A catalogue whose clients are measured.</summary>
    /// <param name="models">The catalogue.</param>
    /// <param name="count">What counts.</param>
    public static IModelCatalog Around(IModelCatalog models, CallCount count)
    {
        var measured = Create<IModelCatalog, MeasuredModels>();
        (((MeasuredModels)measured).models, ((MeasuredModels)measured).count) = (models, count);
        return measured;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var result = targetMethod!.Invoke(models, BindingFlags.DoNotWrapExceptions, binder: null, args, CultureInfo.InvariantCulture);
        return result is IChatClient client ? clients.GetValue(client, inner => new Measured(inner, count)) : result;
    }

    private sealed class Measured(IChatClient client, CallCount count) : DelegatingChatClient(client)
    {
        public override async Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            count.Begin();
            try
            {
                return await base.GetResponseAsync(messages, options, cancellationToken);
            }
            finally
            {
                count.End();
            }
        }
    }
}

/// <summary>
/// Calls under way at the same time. The greatest number goes to a file whenever it grows, so that it is known also of a process that
/// was killed.
/// </summary>
/// <param name="file">The file.</param>
internal sealed class CallCount(string file)
{
    private readonly Lock gate = new();
    private int underWay;
    private int peak;

    /// <summary>What a process has written; 0 where it has made no call.</summary>
    /// <param name="file">The file.</param>
    public static int ReadPeak(string file) =>
        File.Exists(file) && int.TryParse(File.ReadAllText(file), NumberStyles.None, CultureInfo.InvariantCulture, out var peak) ? peak : 0;

    public void Begin()
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

    public void End()
    {
        lock (gate)
        {
            underWay--;
        }
    }
}
