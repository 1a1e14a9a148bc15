using AgentFunctions.Runs;
using Microsoft.DurableTask;

namespace AgentFunctions.Models;

/// <summary>The provider asks to wait before the call is made again.</summary>
/// <param name="wait">How long.</param>
/// <param name="message">What the provider said, without secrets.</param>
public sealed class RetryLaterException(TimeSpan wait, string message) : Exception(message)
{
    /// <summary>How long to wait.</summary>
    public TimeSpan Wait { get; } = wait;
}

/// <summary>A result of an activity that calls a model, or the provider's wish that it be asked later.</summary>
public interface IMayRetryLater
{
    /// <summary>How long the provider asks to wait; <see langword="null"/> where it has answered.</summary>
    TimeSpan? RetryAfter { get; }
}

/// <summary>Waits as long as a provider asks for, on a durable timer: nothing runs meanwhile. Orchestrator code.</summary>
public static class ModelPatience
{
    /// <summary>Most waits for one call.</summary>
    public const int MaxWaits = 20;

    /// <summary>What an operator is told when the waits are used up.</summary>
    public const string Lost = "The model's provider asked to be called later too often (rateLimited).";

    /// <summary>Longest of them, whatever the provider asks for.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    /// <summary>Calls an activity that calls a model until the model has answered.</summary>
    /// <typeparam name="T">The activity's result.</typeparam>
    /// <param name="context">The orchestration.</param>
    /// <param name="activity">The activity.</param>
    /// <param name="input">Its input.</param>
    /// <returns>The answer; after <see cref="MaxWaits"/> waits what the activity returned last.</returns>
    public static async Task<T> CallAsync<T>(TaskOrchestrationContext context, string activity, object input)
        where T : IMayRetryLater
    {
        for (var waits = 0; ; waits++)
        {
            var result = await context.CallActivityAsync<T>(activity, input, Activities.ModelRetried);
            if (result.RetryAfter is not { } asked || waits == MaxWaits)
            {
                return result;
            }

            var wait = asked < LongestWait ? asked : LongestWait;
            await context.CreateTimer(context.CurrentUtcDateTime + wait, CancellationToken.None);
        }
    }
}
