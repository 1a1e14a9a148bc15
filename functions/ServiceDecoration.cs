using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions;

/// <summary>Puts services around others.</summary>
public static class ServiceDecoration
{
    /// <summary>Puts a service around the registered one; where none is registered, as in a catalogue without stores, nothing.</summary>
    /// <typeparam name="T">The type of both.</typeparam>
    /// <param name="services">The app's services.</param>
    /// <param name="decorate">Makes the outer one of the inner one.</param>
    public static void Decorate<T>(this IServiceCollection services, Func<T, IServiceProvider, T> decorate)
        where T : class
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(T)) is not { } inner)
        {
            return;
        }

        services.Remove(inner);
        services.AddSingleton(provider => decorate(
            (T)(inner.ImplementationInstance
                ?? inner.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!)),
            provider));
    }
}
