using AgentFunctions.Models.Deployments;
using AgentFunctions.Runs;
using Microsoft.DurableTask;

namespace AgentFunctions.Models;

/// <summary>The call cannot be made now, or the provider asks to wait before it is made again.</summary>
/// <param name="wait">How long.</param>
/// <param name="place">What the call takes along meanwhile.</param>
/// <param name="message">Why, without secrets.</param>
public sealed class RetryLaterException(TimeSpan wait, ModelPlace place, string message) : Exception(message)
{
    /// <summary>How long to wait.</summary>
    public TimeSpan Wait { get; } = wait;

    /// <summary>What the call takes along meanwhile.</summary>
    public ModelPlace Place { get; } = place;
}

/// <summary>What an activity that calls a model is asked for.</summary>
public interface IAsksModel
{
    /// <summary>The same, asked again after a wait.</summary>
    /// <param name="place">What was given to take along.</param>
    IAsksModel At(ModelPlace? place);
}

/// <summary>A result of an activity that calls a model, or the wish that it be asked later.</summary>
public interface IMayRetryLater
{
    /// <summary>How long to wait; <see langword="null"/> where the model has answered.</summary>
    TimeSpan? RetryAfter { get; }

    /// <summary>What to take along meanwhile.</summary>
    ModelPlace? Place { get; }
}

/// <summary>Waits for a deployment's rate, or as long as a provider asks for, on a durable timer: nothing runs meanwhile. Orchestrator code.</summary>
/// <remarks>A call that does not wait is one activity; each wait is a timer and an activity more, and there is about one a minute of waiting.</remarks>
public static class ModelPatience
{
    /// <summary>Most refusals of one call by providers. Waiting for a turn is no refusal.</summary>
    public const int MaxRefusals = 20;

    /// <summary>What an operator is told after that many.</summary>
    public const string Lost = "The model's provider asked to be called later too often (rateLimited).";

    /// <summary>Longest wait until the call asks again, whatever it was told.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>Calls an activity that calls a model until the model has answered.</summary>
    /// <typeparam name="T">The activity's result.</typeparam>
    /// <param name="context">The orchestration.</param>
    /// <param name="activity">The activity.</param>
    /// <param name="ask">Its input.</param>
    /// <returns>The answer; after <see cref="MaxRefusals"/> waits what the activity returned last.</returns>
    public static async Task<T> CallAsync<T>(TaskOrchestrationContext context, string activity, IAsksModel ask)
        where T : IMayRetryLater
    {
        for (var refusals = 0; ;)
        {
            var result = await context.CallActivityAsync<T>(activity, ask, Activities.ModelRetried);
            refusals += result.Place is { WasRefused: false } ? 0 : 1;
            if (result.RetryAfter is not { } asked || refusals > MaxRefusals)
            {
                return result;
            }

            var wait = asked < LongestWait ? asked : LongestWait;
            await context.CreateTimer(context.CurrentUtcDateTime + wait, CancellationToken.None);
            ask = ask.At(result.Place);
        }
    }
}
