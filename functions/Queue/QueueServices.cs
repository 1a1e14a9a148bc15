using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Queue;

/// <summary>Registers the queue.</summary>
public static class QueueServices
{
    /// <summary>
    /// Adds <see cref="RunQueue"/> over the Service Bus namespace of the setting <c>ServiceBus</c> (a connection string)
    /// or <c>ServiceBus:fullyQualifiedNamespace</c> (with the app's identity).
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The app's settings.</param>
    /// <exception cref="InvalidOperationException">Neither is set.</exception>
    public static IServiceCollection AddQueue(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(_ => ServiceBusSettings.Read(configuration).Connect());
        services.AddSingleton<RunQueue>();
        services.AddSingleton(AdmissionSettings.From(configuration));
        services.AddSingleton<WaitingEntries>();
        services.AddSingleton<RunIntake>();
        services.AddSingleton<AdmissionDesk>();
        services.AddSingleton<AdmissionReader>();
        services.AddSingleton<QueueGate>();
        services.AddSingleton<DeadLetters>();
        services.AddSingleton<DeadLetterDesk>();
        services.AddSingleton<SlotReconciliation>();
        services.AddSingleton<PoisonedRuns>();
        return services;
    }
}
