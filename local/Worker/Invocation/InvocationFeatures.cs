using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Local.Worker.Invocation;

internal sealed class InvocationFeatures : IInvocationFeatures
{
    private readonly Dictionary<Type, object?> features = [];

    public void Set<T>(T instance) => features[typeof(T)] = instance;

    public T? Get<T>() => features.TryGetValue(typeof(T), out var feature) ? (T?)feature : default;
}
