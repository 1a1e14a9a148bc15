using System.Net.Http.Headers;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>The headers of a request or response.</summary>
public class HttpHeadersCollection : HttpHeaders
{
    /// <summary>No headers yet.</summary>
    public HttpHeadersCollection()
    {
    }

    /// <summary>The given headers, each with its values, taken as they are.</summary>
    /// <param name="headers">Names and values.</param>
    public HttpHeadersCollection(IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        foreach (var (name, values) in headers)
        {
            TryAddWithoutValidation(name, values);
        }
    }
}
