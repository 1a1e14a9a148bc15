using System.Net;
using AgentFunctions.Networking;

namespace AgentFunctions.Policies.Http;

/// <summary>Sends requests where the policy allows it, and follows redirects only where it allows that as well.</summary>
/// <param name="policy">The policy.</param>
/// <param name="agent">The agent whose tool asks.</param>
/// <param name="inner">Connects, to allowed addresses only, and follows no redirects. Not disposed with this.</param>
/// <param name="denied">Told of every denial.</param>
internal sealed class GuardedHttpHandler(PolicySnapshot policy, string agent, HttpMessageInvoker inner, Action<PolicyDenial> denied)
    : HttpMessageHandler
{
    private const int MaxRedirects = 5;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content)
        {
            // It may have to be sent again behind a redirect.
            await content.LoadIntoBufferAsync(cancellationToken);
        }

        for (var redirects = 0; ; redirects++)
        {
            var response = await SendOnceAsync(request, cancellationToken);
            if (Redirected(request, response) is not { } next)
            {
                return response;
            }

            response.Dispose();
            if (redirects == MaxRedirects)
            {
                throw new ToolFailureException(ToolFailureKind.Unreadable, $"The server redirects more than {MaxRedirects} times.");
            }

            request = next;
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (WebUrl.Read(request.RequestUri?.OriginalString ?? "", out var problem) is not { } url)
        {
            throw new ToolFailureException(ToolFailureKind.InvalidArguments, problem);
        }

        // A header of another host would reach, behind a shared address, what the URL does not name.
        request.Headers.Host = null;
        Require(HttpPolicy.CheckUrl(policy, agent, url));
        try
        {
            return await inner.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException error) when (error.InnerException is AddressRefusedException)
        {
            Require(HttpPolicy.AddressDenial(policy, agent, url));
            throw;
        }
    }

    private void Require(PolicyDenial? denial)
    {
        if (denial is not null)
        {
            denied(denial);
            throw new ToolFailureException(ToolFailureKind.Denied, denial.Message);
        }
    }

    /// <summary>The request that follows a redirect, by the rules of RFC 9110 and of browsers: 307 and 308 keep the method and the body.</summary>
    private static HttpRequestMessage? Redirected(HttpRequestMessage request, HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
            || response.Headers.Location is not { } location)
        {
            return null;
        }

        var keeps = response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
            || request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
        var target = new Uri(request.RequestUri!, location);
        var next = new HttpRequestMessage(keeps ? request.Method : HttpMethod.Get, target) { Content = keeps ? request.Content : null };
        var isSameOrigin = Uri.Compare(request.RequestUri, target, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
        foreach (var header in request.Headers.Where(header => isSameOrigin || IsHarmless(header.Key)))
        {
            next.Headers.TryAddWithoutValidation(header.Key, header.Value);
        }

        return next;
    }

    /// <summary>What may be a credential stays with the server that it was meant for.</summary>
    private static bool IsHarmless(string header) =>
        Array.Exists(["Accept", "Accept-Language", "User-Agent", "Idempotency-Key"], known => known.Equals(header, StringComparison.OrdinalIgnoreCase));
}
