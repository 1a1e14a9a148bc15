using System.Net;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>A response, without ASP.NET Core's types. An HTTP function answers with the one it returns.</summary>
public abstract class HttpResponseData
{
    /// <summary>A response of an invocation.</summary>
    /// <param name="functionContext">The invocation.</param>
    protected HttpResponseData(FunctionContext functionContext)
    {
        ArgumentNullException.ThrowIfNull(functionContext);
        FunctionContext = functionContext;
    }

    /// <summary>The invocation that answers.</summary>
    public FunctionContext FunctionContext { get; }

    /// <summary>The status.</summary>
    public abstract HttpStatusCode StatusCode { get; set; }

    /// <summary>The headers.</summary>
    public abstract HttpHeadersCollection Headers { get; set; }

    /// <summary>The body, to be written.</summary>
    public abstract Stream Body { get; set; }

    /// <summary>A response to a request.</summary>
    /// <param name="request">The request.</param>
    public static HttpResponseData CreateResponse(HttpRequestData request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.CreateResponse();
    }
}
