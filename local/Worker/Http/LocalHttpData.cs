using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AgentFunctions.Local.Worker.Http;

/// <summary>An ASP.NET Core request as <see cref="HttpRequestData"/>.</summary>
internal sealed class LocalHttpRequestData(FunctionContext context, HttpRequest request) : HttpRequestData(context)
{
    public override Stream Body => request.Body;

    public override HttpHeadersCollection Headers { get; } =
        new(request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.OfType<string>())));

    public override Uri Url { get; } = new(request.GetEncodedUrl());

    public override string Method => request.Method;

    public override HttpResponseData CreateResponse() => new LocalHttpResponseData(FunctionContext);
}

/// <summary>A response, kept until its function has returned it.</summary>
internal sealed class LocalHttpResponseData(FunctionContext context) : HttpResponseData(context)
{
    public override HttpStatusCode StatusCode { get; set; } = HttpStatusCode.OK;

    public override HttpHeadersCollection Headers { get; set; } = [];

    public override Stream Body { get; set; } = new MemoryStream();
}

internal static class HttpResponseDataWriter
{
    /// <summary>Answers with what a function has put into its response.</summary>
    public static Task WriteAsync(HttpContext http, HttpResponseData data)
    {
        http.Response.StatusCode = (int)data.StatusCode;
        foreach (var (name, values) in data.Headers)
        {
            http.Response.Headers.Append(name, values.ToArray());
        }

        if (data.Body.CanSeek)
        {
            data.Body.Position = 0;
        }

        return data.Body.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
