using System.Text.Json.Nodes;
using AgentFunctions.Approvals;
using AgentFunctions.Policies.Data;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Planning;

/// <summary>What the texts and arguments of a run's steps refer to.</summary>
/// <param name="blobs">The payloads.</param>
public sealed class StepValues(IBlobStore blobs)
{
    /// <summary>The step of that id, in its newest generation.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stepId">The id.</param>
    /// <exception cref="UnretryableException">The run has no such step.</exception>
    public static StepState Find(RunRecord run, string stepId) =>
        run.Steps.LastOrDefault(step => step.Step.Id == stepId)
            ?? throw new UnretryableException($"The run '{run.RunId}' has no step '{stepId}'.");

    /// <summary>The arguments of a tool step: the plan's, or those that a human put in their place.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stepId">The step.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="UnretryableException">A reference points at nothing.</exception>
    public async Task<JsonObject> ArgumentsAsync(RunRecord run, string stepId, CancellationToken cancellationToken)
    {
        var state = Find(run, stepId);
        var arguments = await EditedAsync(state, cancellationToken)
            ?? (await ResolverAsync(run, state.Step, cancellationToken)).Value(state.Step.Args);
        return arguments as JsonObject ?? [];
    }

    /// <summary>The arguments that a human put in place of the plan's; <see langword="null"/> where nobody has.</summary>
    /// <param name="state">The step.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<JsonObject?> EditedAsync(StepState state, CancellationToken cancellationToken) =>
        await blobs.GetNodeAsync(state.ArgsHash, cancellationToken) as JsonObject;

    /// <summary>
    /// The goal, as a prompt shows it, and the input that an agent step gives its agent; both from the run where the step names none.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="state">The step.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="UnretryableException">A reference points at nothing.</exception>
    public async Task<(string Goal, JsonNode? Input)> GoalAndInputAsync(RunRecord run, StepState state, CancellationToken cancellationToken)
    {
        if (await EditedAsync(state, cancellationToken) is { } edited)
        {
            return (edited[StepEdit.Goal]!.GetValue<string>(), edited[StepEdit.Input]?.DeepClone());
        }

        var step = state.Step;
        var resolver = await ResolverAsync(run, step, cancellationToken);
        return (
            step.Goal is null ? run.ShownGoal : resolver.PromptText(step.Goal, $"{run.RunId}/{step.Id}/goal"),
            step.Input is null ? await blobs.GetNodeAsync(run.InputHash, cancellationToken) : resolver.Value(step.Input));
    }

    /// <summary>A fan-out as it is carried out: with the goal and the list of the plan, or those that a human put in their place.</summary>
    /// <param name="run">The run.</param>
    /// <param name="stepId">The step.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="UnretryableException">A reference points at nothing.</exception>
    public async Task<(PlanStep Step, StepResolver Resolver, JsonNode? Items)> FanOutAsync(
        RunRecord run, string stepId, CancellationToken cancellationToken)
    {
        var state = Find(run, stepId);
        var edited = await EditedAsync(state, cancellationToken);
        var step = edited is null ? state.Step : state.Step with { Goal = edited[StepEdit.Goal]!.GetValue<string>() };
        var resolver = await ResolverAsync(run, step, cancellationToken);
        return (step, resolver, edited is null ? resolver.Value(step.Items) : edited[StepEdit.Items]);
    }

    /// <summary>Reads what a step refers to.</summary>
    /// <param name="run">The run.</param>
    /// <param name="step">The step.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<StepResolver> ResolverAsync(RunRecord run, PlanStep step, CancellationToken cancellationToken)
    {
        var used = References.Of(step).Select(each => each.Reference).ToList();
        var input = used.Exists(reference => reference.Scope == ReferenceScope.Input)
            ? await blobs.GetNodeAsync(run.InputHash, cancellationToken)
            : null;
        var outputs = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var stepId in used.Select(reference => reference.StepId).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (run.Steps.LastOrDefault(state => state.Step.Id == stepId)?.OutputHash is { } hash)
            {
                outputs[stepId] = await blobs.GetNodeAsync(hash, cancellationToken);
            }
        }

        return new StepResolver(run, input, outputs);
    }
}

/// <summary>Puts values in the place of references. Pure.</summary>
/// <param name="run">The run, whose goal may be referred to.</param>
/// <param name="input">The run's input.</param>
/// <param name="outputs">Outputs of steps by id.</param>
public sealed class StepResolver(RunRecord run, JsonNode? input, IReadOnlyDictionary<string, JsonNode?> outputs)
{
    /// <summary>The value with its references replaced.</summary>
    /// <param name="value">The value.</param>
    /// <param name="item">The item of a fan-out.</param>
    /// <exception cref="UnretryableException">A reference points at nothing.</exception>
    public JsonNode? Value(JsonNode? value, JsonNode? item = null) => Guard(() => References.Resolve(value, Find(item)));

    /// <summary>The text with its references replaced.</summary>
    /// <param name="text">The text.</param>
    /// <param name="item">The item of a fan-out.</param>
    /// <exception cref="UnretryableException">A reference points at nothing.</exception>
    public string Text(string text, JsonNode? item = null) => Guard(() => References.ResolveText(text, Find(item)));

    /// <summary>The text as a prompt shows it: what comes from tools, documents or callers is marked as data in it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="place">The run and the place in it.</param>
    /// <param name="item">The item of a fan-out.</param>
    /// <exception cref="UnretryableException">A reference points at nothing.</exception>
    public string PromptText(string text, string place, JsonNode? item = null) => Guard(() => References.ResolveText(
        text,
        Find(item),
        (reference, value) => reference.Scope == ReferenceScope.Goal ? run.ShownGoal : UntrustedText.Inline(value, place)));

    private static T Guard<T>(Func<T> resolve)
    {
        try
        {
            return resolve();
        }
        catch (ReferenceException error)
        {
            throw new UnretryableException(error.Message);
        }
    }

    private Func<Reference, JsonNode?> Find(JsonNode? item) => reference => reference.Scope switch
    {
        ReferenceScope.Goal => JsonValue.Create(run.Goal),
        ReferenceScope.Input => input,
        ReferenceScope.Item => item,
        ReferenceScope.Step => outputs.TryGetValue(reference.StepId!, out var output)
            ? output
            : throw new ReferenceException($"'{reference}' points at nothing: the step '{reference.StepId}' has no output."),
        _ => throw new ReferenceException($"'{reference}' is not a reference."),
    };
}
