namespace Microsoft.Azure.Functions.Worker;

/// <summary>Typed features of an invocation.</summary>
public interface IInvocationFeatures
{
    /// <summary>Sets the feature of type <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">The feature's type.</typeparam>
    /// <param name="instance">The feature.</param>
    void Set<T>(T instance);

    /// <summary>The feature of type <typeparamref name="T"/>, or null.</summary>
    /// <typeparam name="T">The feature's type.</typeparam>
    T? Get<T>();
}
