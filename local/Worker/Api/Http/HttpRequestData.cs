using System.Collections.Specialized;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>A request, without ASP.NET Core's types.</summary>
public abstract class HttpRequestData
{
    /// <summary>A request of an invocation.</summary>
    /// <param name="functionContext">The invocation.</param>
    protected HttpRequestData(FunctionContext functionContext)
    {
        ArgumentNullException.ThrowIfNull(functionContext);
        FunctionContext = functionContext;
    }

    /// <summary>The invocation that answers the request.</summary>
    public FunctionContext FunctionContext { get; }

    /// <summary>The body, to be read once.</summary>
    public abstract Stream Body { get; }

    /// <summary>The headers.</summary>
    public abstract HttpHeadersCollection Headers { get; }

    /// <summary>The address that was asked for.</summary>
    public abstract Uri Url { get; }

    /// <summary>The HTTP method.</summary>
    public abstract string Method { get; }

    /// <summary>The address's query.</summary>
    public virtual NameValueCollection Query => System.Web.HttpUtility.ParseQueryString(Url.Query);

    /// <summary>A response to this request, with status 200 until another is set.</summary>
    public abstract HttpResponseData CreateResponse();
}
