using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Models.Simulated;

/// <summary>A chat client that follows the script of the request's agent instead of asking a model.</summary>
/// <remarks>
/// <para>
/// A script is a file <c>scripts/*.yaml</c> of a pack. <c>agent</c>: whose script it is. <c>plan</c>: a Liquid template that
/// answers requests whose purpose is <c>plan</c>. <c>wrapUp</c>: one for the turn before a pause. <c>act</c>: the turns that answer all others; the first whose <c>when</c>
/// (a Liquid condition; left out: always) holds is taken, and yields its <c>text</c> (a template), its <c>calls</c> (a
/// <c>tool</c> and the template of its JSON <c>args</c>), or both. <c>simulated</c>: <c>latencyMs</c>, <c>errorRate</c>,
/// <c>rateLimitRate</c>, <c>badJsonRate</c> of this agent in place of the configured ones.
/// </para>
/// <para>
/// Templates see the fields of the first user message's JSON (<c>goal</c>, <c>input</c>, <c>failed</c> …), and <c>turn</c>,
/// <c>results.TOOL</c>, <c>history</c> and <c>failures</c> as <see cref="ScriptScope"/> says. The same request gives the same
/// answer; what goes wrong on purpose is drawn from the seed, the call's key and its attempt. Errors come before any answer;
/// <c>badJsonRate</c> cuts texts in the middle and leaves tool calls alone. Usage is counted in real tokens. An answer longer
/// than <see cref="ChatOptions.MaxOutputTokens"/> is cut off there, as a model's would be.
/// </para>
/// <para>Every response says that it is simulated: in its <c>ModelId</c>, and in the additional property <c>simulated</c>.</para>
/// </remarks>
/// <param name="model">The model that it stands in for.</param>
/// <param name="scripts">The scripts.</param>
/// <param name="configured">How it misbehaves.</param>
/// <param name="tokens">Counts the usage.</param>
/// <param name="time">The clock of the latency.</param>
internal sealed class SimulatedChatClient(string model, ScriptCatalog scripts, Simulation configured, TokenCounter tokens, TimeProvider time) : IChatClient
{
    private const string ProviderName = "simulated";

    private readonly ChatClientMetadata metadata = new(ProviderName, defaultModelId: $"{ProviderName}/{model}");

    /// <inheritdoc />
    /// <exception cref="SimulatedModelException">The simulation was told to fail.</exception>
    /// <exception cref="ScriptException">The script has no answer, or a wrong one.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var conversation = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        var request = SimulatedRequest.Of(options);
        var script = scripts.Of(request.Agent);
        var simulation = script.Change.On(configured);
        await Task.Delay(TimeSpan.FromMilliseconds(simulation.LatencyMs), time, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        Fail(simulation, request);
        var contents = request.Purpose switch
        {
            ModelCaller.Planning => Plan(script, ScriptScope.Of(conversation)),
            ModelCaller.WrappingUp => WrapUp(script, ScriptScope.Of(conversation)),
            _ => Act(script, ScriptScope.Of(conversation), request),
        };
        return Respond(contents, conversation, options, request, simulation);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (var update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? metadata
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <inheritdoc />
    public void Dispose()
    {
        // Holds nothing.
    }

    private static void Fail(Simulation simulation, SimulatedRequest request)
    {
        if (simulation.Hits("rateLimit", simulation.RateLimitRate, request.CallKey, request.Attempt))
        {
            throw new SimulatedModelException(new("rateLimited", "The simulated model refused for load (simulated).", IsTransient: true, TimeSpan.FromSeconds(1)));
        }

        if (simulation.Hits("error", simulation.ErrorRate, request.CallKey, request.Attempt))
        {
            throw new SimulatedModelException(new("unavailable", "The simulated model failed (simulated).", IsTransient: true, RetryAfter: null));
        }
    }

    private static List<AIContent> Plan(Script script, IReadOnlyDictionary<string, object?> variables) => script.Plan is { } plan
        ? [new TextContent(plan.Render(variables))]
        : throw new ScriptException(script.Place.File, script.Place.Line, $"The script of '{script.Agent}' has no plan, but one was asked for.");

    /// <summary>By the script's own words, or by what is plain from the conversation.</summary>
    private static List<AIContent> WrapUp(Script script, IReadOnlyDictionary<string, object?> variables) =>
        [new TextContent(script.WrapUp?.Render(variables) ?? $"Stopped before answer {variables["turn"]} (simulated).")];

    private static List<AIContent> Act(Script script, IReadOnlyDictionary<string, object?> variables, SimulatedRequest request)
    {
        var turn = script.Act.FirstOrDefault(turn => turn.When?.Holds(variables) ?? true) ?? throw new ScriptException(
            script.Place.File,
            script.Place.Line,
            string.Create(CultureInfo.InvariantCulture, $"The script of '{script.Agent}' has no turn whose condition holds at turn {variables["turn"]}."));
        var contents = new List<AIContent>();
        if (turn.Text is { } text)
        {
            contents.Add(new TextContent(text.Render(variables)));
        }

        contents.AddRange(turn.Calls.Select((call, index) => new FunctionCallContent(
            Identifiers.Derive("call", request.CallKey, index.ToString(CultureInfo.InvariantCulture)), call.Tool, Arguments(call, variables))));
        return contents;
    }

    private static Dictionary<string, object?> Arguments(ScriptCall call, IReadOnlyDictionary<string, object?> variables)
    {
        var rendered = call.Args.Render(variables);
        try
        {
            // As the real clients do: each argument is a JsonElement.
            return JsonSerializer.Deserialize<Dictionary<string, object?>>(rendered, AgentJson.Options)
                ?? throw call.Args.Error("The rendered arguments are null, not a JSON object.");
        }
        catch (JsonException exception)
        {
            throw call.Args.Error($"The rendered arguments are no JSON object ({exception.Message}): {Shorten(rendered)}");
        }
    }

    private ChatResponse Respond(
        List<AIContent> contents, IReadOnlyList<ChatMessage> conversation, ChatOptions? options, SimulatedRequest request, Simulation simulation)
    {
        if (contents is [TextContent whole] && simulation.Hits("badJson", simulation.BadJsonRate, request.CallKey, request.Attempt))
        {
            contents = [new TextContent(whole.Text[..(whole.Text.Length / 2)])];
        }

        var cut = contents is [TextContent text] && options?.MaxOutputTokens is { } most && tokens.Count(text.Text) > most
            ? TokenCounter.Truncate(text.Text, most)
            : null;
        contents = cut is null ? contents : [new TextContent(cut)];
        var (input, output) = (tokens.Count(conversation, options), tokens.CountAnswer(contents));
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents))
        {
            ResponseId = Identifiers.Derive("simulated", request.CallKey, request.Attempt.ToString(CultureInfo.InvariantCulture)),
            ModelId = $"{ProviderName}/{model}",
            FinishReason = cut is not null ? ChatFinishReason.Length
                : contents.Exists(content => content is FunctionCallContent) ? ChatFinishReason.ToolCalls
                : ChatFinishReason.Stop,
            Usage = new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output },
            AdditionalProperties = new() { ["simulated"] = true },
        };
    }

    private static string Shorten(string text) => text.Length <= 200 ? text : $"{text.AsSpan(0, 200)}…";
}

/// <summary>What the runtime says of a request.</summary>
/// <param name="Agent">The agent.</param>
/// <param name="Purpose"><c>plan</c> or <c>act</c>.</param>
/// <param name="CallKey">The call's idempotency key.</param>
/// <param name="Attempt">The attempt, from 1.</param>
internal sealed record SimulatedRequest(string Agent, string Purpose, string CallKey, int Attempt)
{
    /// <summary>Reads the properties that <see cref="ModelRequestProperties"/> names.</summary>
    /// <param name="options">The request's options.</param>
    /// <exception cref="ScriptException">The agent or the call's key is missing.</exception>
    public static SimulatedRequest Of(ChatOptions? options)
    {
        var properties = options?.AdditionalProperties ?? [];
        return new SimulatedRequest(
            Required(properties, ModelRequestProperties.Agent),
            properties.GetValueOrDefault(ModelRequestProperties.Purpose) as string ?? "act",
            Required(properties, ModelRequestProperties.CallKey),
            properties.GetValueOrDefault(ModelRequestProperties.Attempt) as int? ?? 1);
    }

    private static string Required(AdditionalPropertiesDictionary properties, string name) =>
        properties.GetValueOrDefault(name) as string ?? throw new ScriptException("", 0, $"The simulated model needs the request property '{name}'.");
}
