using AgentFunctions.Models;
using AgentFunctions.Models.Deployments;
using AgentFunctions.Replay.Engine;
using AgentFunctions.Replay.Record;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Replay.Answers;

/// <summary>The models of the record: each call is answered with what its model answered then.</summary>
/// <param name="recording">The record.</param>
/// <param name="gate">Hears of calls that are not on record.</param>
public sealed class RecordedModels(RunRecording recording, CommitGate gate) : IModelCatalog
{
    private readonly Dictionary<string, ModelDefinition> models = recording.Catalogs
        .SelectMany(catalog => catalog.Models)
        .GroupBy(model => model.Name, StringComparer.Ordinal)
        .ToDictionary(model => model.Key, model => model.Last(), StringComparer.Ordinal);

    /// <inheritdoc/>
    public ModelDefinition? Find(string name) => models.GetValueOrDefault(name);

    /// <inheritdoc/>
    public IReadOnlyList<ModelDefinition> List() => [.. models.Values.OrderBy(model => model.Name, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public IReadOnlyList<ModelDeployment> Deployments(string model) =>
        recording.Catalogs.Select(catalog => catalog.Deployments.Where(deployment => deployment.Model == model).ToList()).LastOrDefault(found => found.Count > 0)
        ?? [new ModelDeployment(model, model, models[model].Provider, DeploymentLimits.None)];

    /// <inheritdoc/>
    public IChatClient GetClient(string name, string? deployment = null) => new RecordedChatClient(recording, gate);

    /// <inheritdoc/>
    public ModelFailure Classify(Exception exception) => exception is RecordedFailureException recorded
        ? recorded.Failure
        : new ModelFailure("error", $"The record cannot answer: {exception.Message}", IsTransient: false, RetryAfter: null);
}

/// <summary>An attempt at a model call that failed then.</summary>
/// <param name="failure">How.</param>
public sealed class RecordedFailureException(ModelFailure failure) : Exception(failure.Message)
{
    /// <summary>How it failed.</summary>
    public ModelFailure Failure { get; } = failure;

    /// <summary>The failure of an attempt.</summary>
    /// <param name="failed">Its event.</param>
    public static RecordedFailureException Of(AuditEvent failed)
    {
        var kind = (string?)failed.Data?["kind"] ?? "error";
        return new RecordedFailureException(new ModelFailure(
            kind,
            failed.Reason?.Length > kind.Length + 2 ? failed.Reason[(kind.Length + 2)..] : "",
            (bool?)failed.Data?["transient"] ?? false,
            (double?)failed.Data?["retryAfterSeconds"] is { } seconds ? TimeSpan.FromSeconds(seconds) : null));
    }
}

/// <summary>Answers from the record, by the call's idempotency key and its attempt.</summary>
/// <param name="recording">The record.</param>
/// <param name="gate">Hears of calls that are not on record.</param>
internal sealed class RecordedChatClient(RunRecording recording, CommitGate gate) : IChatClient
{
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var call = (string)options!.AdditionalProperties![ModelRequestProperties.CallKey]!;
        var attempt = (int)options.AdditionalProperties[ModelRequestProperties.Attempt]!;
        var (runId, key) = (call.Split('/', 2)[0], call.Split('/', 2)[1]);
        var branch = InvocationBranch.Of(runId) ?? 0;
        if (recording.Find(runId, FormattableString.Invariant($"{key}#a{attempt}"), branch)?.Events[0] is { } failed)
        {
            throw RecordedFailureException.Of(failed);
        }

        return recording.Find(runId, key, branch)?.Events.FirstOrDefault(entry => entry.Type == "model.call") is { } answered
            ? Response(answered)
            : await gate.RefuseAsync<ChatResponse>(runId, branch, "model.call", $"a model call '{key}', attempt {attempt}", cancellationToken);
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("The runtime does not stream.");

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
        // It holds nothing.
    }

    /// <summary>The answer is what the messages after the call have more than those before it; a remark of the runtime at its end is not part of it.</summary>
    private ChatResponse Response(Storage.AuditEvent answered)
    {
        var before = recording.Messages(answered.InputHash);
        var answer = recording.Messages(answered.OutputHash).Skip(before.Count).Where(message => message.Role != ChatRole.User).ToList();
        return new ChatResponse(answer)
        {
            AdditionalProperties = (int?)answered.Data?["maxOutputTokens"] is { } sizedTo
                ? new AdditionalPropertiesDictionary { [ModelResponseProperties.SizedTo] = sizedTo }
                : null,
            FinishReason = (string?)answered.Data?["finishReason"] is { } reason ? new ChatFinishReason(reason) : null,
            Usage = new UsageDetails
            {
                InputTokenCount = (long?)answered.Data?["inputTokens"],
                OutputTokenCount = (long?)answered.Data?["outputTokens"],
            },
        };
    }
}
