using System.ClientModel;
using System.ClientModel.Primitives;
using AgentFunctions.Models.Simulated;
using Azure.AI.OpenAI;
using Azure.Identity;
using Microsoft.Extensions.AI;
using OpenAI;

namespace AgentFunctions.Models;

/// <summary>Makes chat clients. None retries by itself: the durable retry policy does, so that every attempt is counted and billed.</summary>
/// <param name="settings">Endpoints and keys.</param>
/// <param name="scripts">The simulated model's scripts.</param>
/// <param name="tokens">Counts the simulated model's usage.</param>
/// <param name="time">The clock of the simulated latency.</param>
internal sealed class ModelClients(ModelSettings settings, ScriptCatalog scripts, TokenCounter tokens, TimeProvider time)
{
    private readonly Lazy<AzureOpenAIClient> azure = new(() => Azure(settings));
    private readonly Lazy<OpenAIClient> openAI = new(() => OpenAI(settings));

    /// <summary>Who serves a row of the table under these settings.</summary>
    /// <param name="row">The row.</param>
    /// <exception cref="Agents.DefinitionException">The row wants a provider that is not configured.</exception>
    public ModelProvider ProviderOf(ModelRow row) => row.Provider switch
    {
        ModelProvider.Auto when settings.AzureEndpoint is not null => ModelProvider.AzureOpenAI,
        ModelProvider.Auto when settings.OpenAIBaseUrl is not null => ModelProvider.OpenAI,
        ModelProvider.Auto => ModelProvider.Simulated,
        ModelProvider.AzureOpenAI when settings.AzureEndpoint is null => throw row.Place.Error("Its provider needs the setting AZURE_OPENAI_ENDPOINT."),
        ModelProvider.OpenAI when settings.OpenAIBaseUrl is null => throw row.Place.Error("Its provider needs the setting OPENAI_BASE_URL."),
        ModelProvider.AzureOpenAI or ModelProvider.OpenAI or ModelProvider.Simulated => row.Provider,
        _ => throw new ArgumentOutOfRangeException(nameof(row), row.Provider, "Unknown provider."),
    };

    /// <summary>A client of a model.</summary>
    /// <param name="row">The row of the table.</param>
    public IChatClient Create(ModelRow row) => ProviderOf(row) switch
    {
        ModelProvider.AzureOpenAI => azure.Value.GetChatClient(row.Deployment).AsIChatClient(),
        ModelProvider.OpenAI => openAI.Value.GetChatClient(row.Deployment).AsIChatClient(),
        ModelProvider.Simulated => new SimulatedChatClient(row.Name, scripts, settings.Simulation, tokens, time),
        _ => throw new ArgumentOutOfRangeException(nameof(row), row.Provider, "Unknown provider."),
    };

    private static AzureOpenAIClient Azure(ModelSettings settings)
    {
        var options = new AzureOpenAIClientOptions { RetryPolicy = new ClientRetryPolicy(0), NetworkTimeout = settings.Timeout };
        return settings.AzureKey is { } key
            ? new AzureOpenAIClient(settings.AzureEndpoint, new ApiKeyCredential(key), options)
            : new AzureOpenAIClient(settings.AzureEndpoint, new DefaultAzureCredential(), options);
    }

    private static OpenAIClient OpenAI(ModelSettings settings) => new(
        // Local servers take any key, but the client wants one.
        new ApiKeyCredential(settings.OpenAIKey ?? "none"),
        new OpenAIClientOptions { Endpoint = settings.OpenAIBaseUrl, RetryPolicy = new ClientRetryPolicy(0), NetworkTimeout = settings.Timeout });
}
