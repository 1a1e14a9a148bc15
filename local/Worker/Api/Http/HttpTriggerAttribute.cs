using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Marks the parameter of a function that an HTTP request starts.</summary>
public sealed class HttpTriggerAttribute : TriggerBindingAttribute
{
    /// <summary>Any method, with a function key.</summary>
    public HttpTriggerAttribute() => AuthLevel = AuthorizationLevel.Function;

    /// <summary>The given methods, with a function key.</summary>
    /// <param name="methods">HTTP methods; none means any.</param>
    public HttpTriggerAttribute(params string[] methods) : this() => Methods = methods;

    /// <summary>Any method at the given level.</summary>
    /// <param name="authLevel">Who may call.</param>
    public HttpTriggerAttribute(AuthorizationLevel authLevel) => AuthLevel = authLevel;

    /// <summary>The given methods at the given level.</summary>
    /// <param name="authLevel">Who may call.</param>
    /// <param name="methods">HTTP methods; none means any.</param>
    public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
    {
        AuthLevel = authLevel;
        Methods = methods;
    }

    /// <summary>The route template under the route prefix; the function's name when null.</summary>
    public string? Route { get; set; }

    /// <summary>The HTTP methods the function answers; null for any.</summary>
    public string[]? Methods { get; }

    /// <summary>Who may call.</summary>
    public AuthorizationLevel AuthLevel { get; }
}
