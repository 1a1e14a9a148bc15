using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Audit;
using AgentFunctions.Budgets;
using AgentFunctions.Policies;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Tools;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Models;

/// <summary>What a model answered, with its price.</summary>
/// <param name="Response">The answer.</param>
/// <param name="Usage">What it used: one model call.</param>
/// <param name="Event">Its audit event.</param>
/// <param name="SizedTo">Most tokens that the budget paid for, where those were fewer than the agent's own bounds allow.</param>
public sealed record ModelReply(ChatResponse Response, RunUsage Usage, AuditDraft Event, int? SizedTo)
{
    /// <summary>Whether the answer was cut off by what the budget had left.</summary>
    public bool IsCut => SizedTo is not null && Response.FinishReason == ChatFinishReason.Length;
}

/// <summary>Makes one attempt at a model call, and counts and prices it.</summary>
/// <param name="models">The models.</param>
/// <param name="tools">The tools.</param>
/// <param name="tokens">Counts tokens where the provider reports none.</param>
/// <param name="access">The runs.</param>
/// <param name="gate">The policies.</param>
/// <param name="limits">How long a call may take.</param>
public sealed class ModelCaller(
    IModelCatalog models, IToolCatalog tools, ITokenCounter tokens, RunAccess access, PolicyGate gate, ModelCallLimits limits)
{
    /// <summary>The purpose of a call that makes a plan.</summary>
    public const string Planning = "plan";

    /// <summary>The purpose of a turn of an agent's loop.</summary>
    public const string Acting = "act";

    /// <summary>The purpose of a turn in which an agent sums up before a pause.</summary>
    public const string WrappingUp = "wrapUp";

    /// <summary>Options of a turn of the agent's loop: the tools that its policy leaves it, and the runtime's own.</summary>
    /// <param name="agent">The agent.</param>
    public ChatOptions LoopOptions(AgentDefinition agent) => new()
    {
        MaxOutputTokens = agent.Limits.MaxOutputTokens,
        Tools = [.. gate.OfferedTools(agent).Select(tools.Find).OfType<AITool>(), ReportFailure.Declaration],
        ResponseFormat = ChatResponseFormat.Text,
    };

    /// <summary>What a call may cost: all its input, and as much output as it may give.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options.</param>
    public CallEstimate Estimate(AgentDefinition agent, IEnumerable<ChatMessage> messages, ChatOptions options) =>
        Estimate(agent, tokens.Count(messages, options), options.MaxOutputTokens ?? agent.Limits.MaxOutputTokens);

    /// <summary>What a tool's result costs as input at most.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="text">The result.</param>
    public Amounts PromptCost(AgentDefinition agent, string text)
    {
        var input = tokens.Count([new ChatMessage(ChatRole.Tool, [new FunctionResultContent("", text)])]);
        return new Amounts { Usd = Model(agent).Cost(input, 0), Tokens = input };
    }

    /// <summary>What a turn after this one may cost, without what comes in between.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="messages">The messages with this turn's answer, and with what the runtime says to it.</param>
    /// <param name="usage">What this turn used, by the provider's own count.</param>
    public CallEstimate EstimateNext(AgentDefinition agent, IEnumerable<ChatMessage> messages, RunUsage usage) => Estimate(
        agent,
        Math.Max(tokens.Count(messages, LoopOptions(agent)), usage.InputTokens + usage.OutputTokens),
        agent.Limits.MaxOutputTokens);

    /// <summary>Makes the attempt. A failure of it is put on record before it is thrown.</summary>
    /// <param name="run">The run.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="key">The key of the call.</param>
    /// <param name="purpose"><see cref="Planning"/>, <see cref="Acting"/> or <see cref="WrappingUp"/>.</param>
    /// <param name="messages">The messages.</param>
    /// <param name="options">The options; the request properties and the size are added to them.</param>
    /// <param name="sizedTo">Most tokens that the budget pays for; <see langword="null"/> where only the options bound the answer.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="TransientFailureException">The call may succeed later.</exception>
    /// <exception cref="RetryLaterException">It may succeed after the time that the provider asks for.</exception>
    /// <exception cref="UnretryableException">The call cannot succeed.</exception>
    public async Task<ModelReply> CallAsync(
        RunRecord run,
        AgentDefinition agent,
        string key,
        string purpose,
        IReadOnlyList<ChatMessage> messages,
        ChatOptions options,
        int? sizedTo,
        CancellationToken cancellationToken)
    {
        options.MaxOutputTokens = sizedTo ?? options.MaxOutputTokens;
        var attempt = await access.NextAttemptAsync(run.RunId, key, cancellationToken);
        options.AdditionalProperties = new AdditionalPropertiesDictionary
        {
            [ModelRequestProperties.Agent] = agent.Name,
            [ModelRequestProperties.Purpose] = purpose,
            [ModelRequestProperties.CallKey] = $"{run.RunId}/{key}",
            [ModelRequestProperties.Attempt] = attempt,
        };
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(limits.Timeout);
        try
        {
            var response = await models.GetClient(agent.Model).GetResponseAsync(messages, options, limited.Token);
            return Price(agent, purpose, messages, options, response, SizedTo(response) ?? sizedTo, attempt);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            var failure = limited.IsCancellationRequested
                ? new ModelFailure("timeout", FormattableString.Invariant($"The model did not answer in {limits.Timeout.TotalSeconds} seconds."), IsTransient: true, RetryAfter: null)
                : models.Classify(error);
            await access.RecordAttemptAsync(run.RunId, key, [Failed(agent, purpose, failure, attempt)], cancellationToken);
            var message = $"{failure.Kind}: {failure.Message}";
            throw failure switch
            {
                { IsTransient: true, RetryAfter: { } wait } => new RetryLaterException(wait, message),
                { IsTransient: true } => new TransientFailureException(message),
                _ => new UnretryableException(message),
            };
        }
    }

    private CallEstimate Estimate(AgentDefinition agent, long inputTokens, int maxOutputTokens)
    {
        var model = Model(agent);
        return new CallEstimate(model.Cost(inputTokens, 0), inputTokens, model.Cost(0, 1), maxOutputTokens);
    }

    private ModelReply Price(
        AgentDefinition agent,
        string purpose,
        IReadOnlyList<ChatMessage> messages,
        ChatOptions options,
        ChatResponse response,
        int? sizedTo,
        int attempt)
    {
        var model = Model(agent);
        var input = response.Usage?.InputTokenCount ?? tokens.Count(messages, options);
        var output = response.Usage?.OutputTokenCount ?? tokens.Count(response.Messages);
        var usage = new RunUsage(model.Cost(input, output), input, output, ModelCalls: 1, ToolCalls: 0, FailedToolCalls: 0);
        var data = new JsonObject
        {
            ["model"] = agent.Model,
            ["provider"] = model.Provider,
            ["simulated"] = model.IsSimulated,
            ["purpose"] = purpose,
            ["inputTokens"] = input,
            ["outputTokens"] = output,
            ["attempt"] = attempt,
            ["finishReason"] = response.FinishReason?.Value,
        };
        if (sizedTo is not null)
        {
            data["maxOutputTokens"] = sizedTo;
        }

        return new ModelReply(response, usage, Event("model.call", agent, purpose) with { CostUsd = usage.CostUsd, Data = data }, sizedTo);
    }

    private static int? SizedTo(ChatResponse response) => response.AdditionalProperties?.GetValueOrDefault(ModelResponseProperties.SizedTo) as int?;

    private AuditDraft Failed(AgentDefinition agent, string purpose, ModelFailure failure, int attempt) =>
        Event("model.attempt.failed", agent, purpose) with
        {
            Reason = $"{failure.Kind}: {failure.Message}",
            Data = new JsonObject
            {
                ["model"] = agent.Model,
                ["purpose"] = purpose,
                ["attempt"] = attempt,
                ["kind"] = failure.Kind,
                ["transient"] = failure.IsTransient,
                ["retryAfterSeconds"] = failure.RetryAfter?.TotalSeconds,
            },
        };

    private AuditDraft Event(string type, AgentDefinition agent, string purpose) =>
        new(type, purpose == Planning ? AuditActor.Planner(agent.Name) : AuditActor.Agent(agent.Name)) { Policy = gate.PolicyOf(agent) };

    private ModelDefinition Model(AgentDefinition agent) =>
        models.Find(agent.Model) ?? throw new UnretryableException($"There is no model '{agent.Model}'.");
}
