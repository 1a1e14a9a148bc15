using System.ClientModel;
using System.ClientModel.Primitives;
using AgentFunctions.Models.Deployments;
using AgentFunctions.Models.Simulated;
using Azure.AI.OpenAI;
using Azure.Identity;
using Microsoft.Extensions.AI;
using OpenAI;

namespace AgentFunctions.Models;

/// <summary>Makes chat clients. None retries by itself: the durable retry policy does, so that every attempt is counted and billed.</summary>
/// <param name="settings">Endpoints and keys.</param>
/// <param name="keys">The keys of deployments with an endpoint of their own.</param>
/// <param name="scripts">The simulated model's scripts.</param>
/// <param name="tokens">Counts the simulated model's usage.</param>
/// <param name="time">The clock of the simulated latency.</param>
internal sealed class ModelClients(
    ModelSettings settings, ModelKeys keys, ScriptCatalog scripts, TokenCounter tokens, TimeProvider time)
{
    private readonly Lazy<AzureOpenAIClient> azure = new(() => Azure(settings.AzureEndpoint!, settings.AzureKey, settings.Timeout));
    private readonly Lazy<OpenAIClient> openAI = new(() => OpenAI(settings.OpenAIBaseUrl!, settings.OpenAIKey, settings.Timeout));

    /// <summary>Who serves a deployment of the table under these settings.</summary>
    /// <param name="row">The deployment.</param>
    /// <exception cref="Agents.DefinitionException">It wants a provider, or a key, that is not configured.</exception>
    public ModelProvider ProviderOf(DeploymentRow row) => row.Provider switch
    {
        _ when row.Key is { } key && !keys.ByName.ContainsKey(key) => throw row.Place.Error($"Its key needs the setting {ModelKeys.SettingOf(key)}."),
        _ when row.Endpoint is not null => row.Provider,
        ModelProvider.Auto when settings.AzureEndpoint is not null => ModelProvider.AzureOpenAI,
        ModelProvider.Auto when settings.OpenAIBaseUrl is not null => ModelProvider.OpenAI,
        ModelProvider.Auto => ModelProvider.Simulated,
        ModelProvider.AzureOpenAI when settings.AzureEndpoint is null => throw row.Place.Error("Its provider needs the setting AZURE_OPENAI_ENDPOINT."),
        ModelProvider.OpenAI when settings.OpenAIBaseUrl is null => throw row.Place.Error("Its provider needs the setting OPENAI_BASE_URL."),
        ModelProvider.AzureOpenAI or ModelProvider.OpenAI or ModelProvider.Simulated => row.Provider,
        _ => throw new ArgumentOutOfRangeException(nameof(row), row.Provider, "Unknown provider."),
    };

    /// <summary>A client of a deployment.</summary>
    /// <param name="model">The model that it backs.</param>
    /// <param name="row">The deployment.</param>
    public IChatClient Create(string model, DeploymentRow row) => ProviderOf(row) switch
    {
        ModelProvider.AzureOpenAI => AzureOf(row).GetChatClient(row.Deployment).AsIChatClient(),
        ModelProvider.OpenAI => OpenAIOf(row).GetChatClient(row.Deployment).AsIChatClient(),
        ModelProvider.Simulated => new SimulatedChatClient(model, scripts, settings.Simulation, tokens, time),
        _ => throw new ArgumentOutOfRangeException(nameof(row), row.Provider, "Unknown provider."),
    };

    /// <summary>An endpoint of its own gets its own key only: another's would be given away there.</summary>
    private AzureOpenAIClient AzureOf(DeploymentRow row) => row.Endpoint is { } endpoint ? Azure(endpoint, KeyOf(row), settings.Timeout) : azure.Value;

    private OpenAIClient OpenAIOf(DeploymentRow row) => row.Endpoint is { } endpoint ? OpenAI(endpoint, KeyOf(row), settings.Timeout) : openAI.Value;

    private string? KeyOf(DeploymentRow row) => row.Key is { } key ? keys.ByName[key] : null;

    private static AzureOpenAIClient Azure(Uri endpoint, string? key, TimeSpan timeout)
    {
        var options = new AzureOpenAIClientOptions { RetryPolicy = new ClientRetryPolicy(0), NetworkTimeout = timeout };
        return key is null
            ? new AzureOpenAIClient(endpoint, new DefaultAzureCredential(), options)
            : new AzureOpenAIClient(endpoint, new ApiKeyCredential(key), options);
    }

    private static OpenAIClient OpenAI(Uri endpoint, string? key, TimeSpan timeout) => new(
        // Local servers take any key, but the client wants one.
        new ApiKeyCredential(key ?? "none"),
        new OpenAIClientOptions { Endpoint = endpoint, RetryPolicy = new ClientRetryPolicy(0), NetworkTimeout = timeout });
}
