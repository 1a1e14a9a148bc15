using AgentFunctions.Models.Deployments;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Models;

/// <summary>The models that agents can name, with their prices and clients.</summary>
public interface IModelCatalog
{
    /// <summary>The model of that name, or <see langword="null"/>.</summary>
    /// <param name="name">The name that agent definitions use.</param>
    ModelDefinition? Find(string name);

    /// <summary>All models, ordered by name.</summary>
    IReadOnlyList<ModelDefinition> List();

    /// <summary>The deployments that back a model, in their order; at least one.</summary>
    /// <param name="model">The name that agent definitions use.</param>
    /// <exception cref="KeyNotFoundException">There is no such model.</exception>
    IReadOnlyList<ModelDeployment> Deployments(string model);

    /// <summary>A client of the model. It does not retry; the durable retry policy does.</summary>
    /// <param name="name">The name that agent definitions use.</param>
    /// <param name="deployment">One of its deployments; <see langword="null"/> for the first.</param>
    /// <exception cref="KeyNotFoundException">There is no such model or deployment.</exception>
    IChatClient GetClient(string name, string? deployment = null);

    /// <summary>What an error of a client means for retrying.</summary>
    /// <param name="exception">What the client threw.</param>
    ModelFailure Classify(Exception exception);
}

/// <summary>A model with its price.</summary>
/// <param name="Name">The name that agent definitions use.</param>
/// <param name="Provider"><c>azure-openai</c>, <c>openai</c> or <c>simulated</c>.</param>
/// <param name="InputUsdPerMillionTokens">Price of input, USD per million tokens.</param>
/// <param name="OutputUsdPerMillionTokens">Price of output, USD per million tokens.</param>
public sealed record ModelDefinition(string Name, string Provider, decimal InputUsdPerMillionTokens, decimal OutputUsdPerMillionTokens)
{
    /// <summary>The provider of scripted answers.</summary>
    public const string Simulated = "simulated";

    /// <summary>Whether answers are scripted, not a model's.</summary>
    public bool IsSimulated => Provider == Simulated;

    /// <summary>The price of one call in USD, exact: tokens × price ÷ 1,000,000 for each direction.</summary>
    /// <param name="inputTokens">Tokens of the prompt.</param>
    /// <param name="outputTokens">Tokens of the answer.</param>
    public decimal Cost(long inputTokens, long outputTokens) =>
        ((inputTokens * InputUsdPerMillionTokens) + (outputTokens * OutputUsdPerMillionTokens)) / 1_000_000m;
}

/// <summary>What an error of a model client means.</summary>
/// <param name="Kind">Such as <c>rateLimited</c>, <c>unavailable</c>, <c>timeout</c>, <c>invalidRequest</c>, <c>notFound</c>, <c>unauthorized</c>, <c>error</c>.</param>
/// <param name="Message">One sentence without secrets.</param>
/// <param name="IsTransient">Whether the same call may succeed later.</param>
/// <param name="RetryAfter">How long the provider asks to wait.</param>
public sealed record ModelFailure(string Kind, string Message, bool IsTransient, TimeSpan? RetryAfter)
{
    /// <summary>The <see cref="Kind"/> of a refusal for load.</summary>
    public const string RateLimited = "rateLimited";

    /// <summary>Whether it says something of the deployment, so that another one may answer; a wrong request fails everywhere.</summary>
    public bool IsOfDeployment => IsTransient || Kind is RateLimited or "unauthorized" or "notFound";
}

/// <summary>Keys of <see cref="ChatOptions.AdditionalProperties"/> that the runtime sets on every request.</summary>
public static class ModelRequestProperties
{
    /// <summary>The agent's name.</summary>
    public const string Agent = "agentfunctions.agent";

    /// <summary><c>plan</c>, <c>act</c> or <c>wrapUp</c>.</summary>
    public const string Purpose = "agentfunctions.purpose";

    /// <summary>The idempotency key of the call, stable over retries and replays.</summary>
    public const string CallKey = "agentfunctions.call_key";

    /// <summary>The attempt, from 1 (an <see cref="int"/>).</summary>
    public const string Attempt = "agentfunctions.attempt";
}

/// <summary>Keys of <see cref="ChatResponse.AdditionalProperties"/> that a replay sets.</summary>
public static class ModelResponseProperties
{
    /// <summary>Most tokens that the budget of then paid for (an <see cref="int"/>): a replay has no budget.</summary>
    public const string SizedTo = "agentfunctions.sized_to";
}

/// <summary>Counts tokens where a provider reports none, and estimates what a call will cost.</summary>
public interface ITokenCounter
{
    /// <summary>Tokens of a text (o200k_base).</summary>
    /// <param name="text">The text.</param>
    int Count(string text);

    /// <summary>Tokens of a prompt: messages, tool calls, tool results and tool schemas.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The request's options.</param>
    int Count(IEnumerable<ChatMessage> messages, ChatOptions? options = null);
}
