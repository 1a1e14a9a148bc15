using System.Net;
using System.Text.Json;
using AgentFunctions.Local.Worker.DurableTask;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Tells callers where an orchestration is managed over HTTP.</summary>
public static class DurableTaskClientExtensions
{
    /// <summary>A response with status 202, the instance's status address in Location and all addresses in its body.</summary>
    /// <param name="client">The client, as it was bound to the function.</param>
    /// <param name="request">The request that is answered.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="cancellation">Cancels the writing.</param>
    public static Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default) =>
        CreateCheckStatusResponseAsync(client, request, instanceId, HttpStatusCode.Accepted, cancellation);

    /// <summary>A response with the instance's status address in Location and all addresses in its body.</summary>
    /// <param name="client">The client, as it was bound to the function.</param>
    /// <param name="request">The request that is answered.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="statusCode">The response's status.</param>
    /// <param name="cancellation">Cancels the writing.</param>
    public static async Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        HttpStatusCode statusCode,
        CancellationToken cancellation = default)
    {
        var (response, payload) = Begin(client, request, instanceId, statusCode);
        await JsonSerializer.SerializeAsync(response.Body, payload, cancellationToken: cancellation);
        return response;
    }

    /// <summary>A response with status 202, the instance's status address in Location and all addresses in its body.</summary>
    /// <param name="client">The client, as it was bound to the function.</param>
    /// <param name="request">The request that is answered.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="cancellation">Not used.</param>
    public static HttpResponseData CreateCheckStatusResponse(
        this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default) =>
        CreateCheckStatusResponse(client, request, instanceId, HttpStatusCode.Accepted, cancellation);

    /// <summary>A response with the instance's status address in Location and all addresses in its body.</summary>
    /// <param name="client">The client, as it was bound to the function.</param>
    /// <param name="request">The request that is answered.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="statusCode">The response's status.</param>
    /// <param name="cancellation">Not used.</param>
    public static HttpResponseData CreateCheckStatusResponse(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        HttpStatusCode statusCode,
        CancellationToken cancellation = default)
    {
        var (response, payload) = Begin(client, request, instanceId, statusCode);
        JsonSerializer.Serialize(response.Body, payload);
        return response;
    }

    /// <summary>The addresses at which an instance is managed.</summary>
    /// <param name="client">The client, as it was bound to the function.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="request">The request by whose host the addresses are made; the app's own address when null.</param>
    /// <exception cref="ArgumentException">There is no id.</exception>
    /// <exception cref="InvalidOperationException">The client was not bound by this host.</exception>
    public static HttpManagementPayload CreateHttpManagementPayload(
        this DurableTaskClient client, string instanceId, HttpRequestData? request = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return client is FunctionsDurableTaskClient bound
            ? bound.Uris.Of(instanceId, request?.Url.GetLeftPart(UriPartial.Authority))
            : throw new InvalidOperationException("The addresses are known only to clients that the host has bound to a function.");
    }

    private static (HttpResponseData Response, HttpManagementPayload Payload) Begin(
        DurableTaskClient client, HttpRequestData request, string instanceId, HttpStatusCode statusCode)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        var payload = client.CreateHttpManagementPayload(instanceId, request);
        var response = request.CreateResponse(statusCode);
        response.Headers.Add("Location", payload.StatusQueryGetUri);
        response.Headers.Add("Content-Type", "application/json");
        return (response, payload);
    }
}
