using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Audit;
using AgentFunctions.Budgets;
using AgentFunctions.Models.Deployments;
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

/// <summary>A call to be made.</summary>
/// <param name="Key">Its key in its run.</param>
/// <param name="Purpose"><see cref="ModelCaller.Planning"/>, <see cref="ModelCaller.Acting"/> or <see cref="ModelCaller.WrappingUp"/>.</param>
/// <param name="Messages">The messages.</param>
/// <param name="Options">The options; the request properties and the size are added to them.</param>
public sealed record ModelRequest(string Key, string Purpose, IReadOnlyList<ChatMessage> Messages, ChatOptions Options)
{
    /// <summary>Most tokens that the budget pays for; <see langword="null"/> where only the options bound the answer.</summary>
    public int? SizedTo { get; init; }

    /// <summary>What the call was given to take along when it was made to wait.</summary>
    public ModelPlace? Place { get; init; }
}

/// <summary>Makes a model call, and counts and prices it.</summary>
/// <param name="models">The models.</param>
/// <param name="router">Their deployments.</param>
/// <param name="tools">The tools.</param>
/// <param name="tokens">Counts tokens where the provider reports none.</param>
/// <param name="access">The runs.</param>
/// <param name="gate">The policies.</param>
/// <param name="limits">How long a call may take.</param>
public sealed class ModelCaller(
    IModelCatalog models,
    IModelRouter router,
    IToolCatalog tools,
    ITokenCounter tokens,
    RunAccess access,
    PolicyGate gate,
    ModelCallLimits limits)
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

    /// <summary>
    /// Makes the call at the first of the model's deployments that takes it and answers. A failed attempt is put on record before the next
    /// deployment is tried, or before it is thrown.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="request">The call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="TransientFailureException">The call may succeed later.</exception>
    /// <exception cref="RetryLaterException">It may be made at a later time, or may succeed after the time that the provider asks for.</exception>
    /// <exception cref="UnretryableException">The call cannot succeed.</exception>
    public async Task<ModelReply> CallAsync(RunRecord run, AgentDefinition agent, ModelRequest request, CancellationToken cancellationToken)
    {
        var (key, purpose, messages, options) = request;
        options.MaxOutputTokens = request.SizedTo ?? options.MaxOutputTokens;
        var (tried, last) = (new List<string>(), (ModelFailure?)null);
        var size = new Lazy<long>(() => tokens.Count(messages, options) + (options.MaxOutputTokens ?? agent.Limits.MaxOutputTokens));
        while (true)
        {
            var attempt = await access.NextAttemptAsync(run.RunId, key, cancellationToken);
            var ask = new ModelCallAsk(
                agent.Model, run.RunId, key, attempt, run.Priority, () => size.Value)
            {
                Pinned = agent.Deployment,
                Place = request.Place,
                Tried = tried,
                WasRefused = last?.RetryAfter is not null || last is { Kind: ModelFailure.RateLimited, IsTransient: true },
            };
            switch (await router.RouteAsync(ask, cancellationToken))
            {
                case ModelRoute.Go go:
                    options.AdditionalProperties = Properties(run, agent, key, purpose, attempt);
                    var (response, failure) = await AttemptAsync(go.Permit, agent, messages, options, cancellationToken);
                    if (response is not null)
                    {
                        return Price(agent, go.Permit.Deployment, request, response, attempt);
                    }

                    await FailAsync(go.Permit.Deployment, failure!);
                    if (!failure!.IsOfDeployment)
                    {
                        throw Thrown(failure);
                    }

                    tried.Add(go.Permit.Deployment ?? "");
                    last = failure;
                    break;
                case ModelRoute.Wait wait:
                    throw new RetryLaterException(wait.For, wait.Place, last?.Message ?? $"The deployment '{wait.Place.Deployment}' cannot take the call yet.");
                case ModelRoute.GiveUp given:
                    await FailAsync(deployment: null, given.Failure);
                    throw Thrown(given.Failure);
                case ModelRoute.None none:
                    throw Thrown(last ?? none.Known!);
                default:
                    throw new InvalidOperationException("Unknown route.");
            }

            Task FailAsync(string? deployment, ModelFailure failed) =>
                access.RecordAttemptAsync(run.RunId, key, [Failed(agent, deployment, purpose, failed, attempt)], cancellationToken);
        }
    }

    private static Exception Thrown(ModelFailure failure)
    {
        var message = $"{failure.Kind}: {failure.Message}";
        return failure.IsTransient ? new TransientFailureException(message) : new UnretryableException(message);
    }

    private static AdditionalPropertiesDictionary Properties(RunRecord run, AgentDefinition agent, string key, string purpose, int attempt) => new()
    {
        [ModelRequestProperties.Agent] = agent.Name,
        [ModelRequestProperties.Purpose] = purpose,
        [ModelRequestProperties.CallKey] = $"{run.RunId}/{key}",
        [ModelRequestProperties.Attempt] = attempt,
    };

    private async Task<(ChatResponse? Response, ModelFailure? Failure)> AttemptAsync(
        IModelPermit permit, AgentDefinition agent, IReadOnlyList<ChatMessage> messages, ChatOptions options, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(limits.Timeout);
        ChatResponse response;
        try
        {
            response = await models.GetClient(agent.Model, permit.Deployment).GetResponseAsync(messages, options, limited.Token);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            var failure = limited.IsCancellationRequested
                ? new ModelFailure("timeout", FormattableString.Invariant($"The model did not answer in {limits.Timeout.TotalSeconds} seconds."), IsTransient: true, RetryAfter: null)
                : models.Classify(error);
            await permit.FailedAsync(failure);
            return (null, failure);
        }
        catch (Exception)
        {
            await permit.WithdrawAsync();
            throw;
        }

        await permit.AnsweredAsync();
        return (response, null);
    }

    private CallEstimate Estimate(AgentDefinition agent, long inputTokens, int maxOutputTokens)
    {
        var model = Model(agent);
        return new CallEstimate(model.Cost(inputTokens, 0), inputTokens, model.Cost(0, 1), maxOutputTokens);
    }

    private ModelReply Price(AgentDefinition agent, string? deployment, ModelRequest request, ChatResponse response, int attempt)
    {
        var (_, purpose, messages, options) = request;
        var sizedTo = SizedTo(response) ?? request.SizedTo;
        var model = Model(agent);
        var provider = models.Deployments(agent.Model).FirstOrDefault(each => each.Name == deployment)?.Provider ?? model.Provider;
        var input = response.Usage?.InputTokenCount ?? tokens.Count(messages, options);
        var output = response.Usage?.OutputTokenCount ?? tokens.Count(response.Messages);
        var usage = new RunUsage(model.Cost(input, output), input, output, ModelCalls: 1, ToolCalls: 0, FailedToolCalls: 0);
        var data = new JsonObject
        {
            ["model"] = agent.Model,
            ["deployment"] = deployment,
            ["provider"] = provider,
            ["simulated"] = provider == ModelDefinition.Simulated,
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

    private AuditDraft Failed(AgentDefinition agent, string? deployment, string purpose, ModelFailure failure, int attempt) =>
        Event("model.attempt.failed", agent, purpose) with
        {
            Reason = $"{failure.Kind}: {failure.Message}",
            Data = new JsonObject
            {
                ["model"] = agent.Model,
                ["deployment"] = deployment,
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
