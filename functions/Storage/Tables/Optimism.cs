using Azure;

namespace AgentFunctions.Storage.Tables;

/// <summary>Optimistic concurrency: a change is worked out from what was read, and worked out again where another process was faster.</summary>
internal static class Optimism
{
    private const int Conflict = 409;
    private const int PreconditionFailed = 412;
    private const int MostTries = 100;
    private const int LongestPauseMilliseconds = 500;

    /// <summary>Whether another one was faster: the row is there already, or has another ETag.</summary>
    public static bool IsConflict(RequestFailedException error) => error.Status is Conflict or PreconditionFailed;

    /// <summary>Tries until nobody else is faster.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="attempt">Reads, and writes with the ETag that it has read; it gets the number of tries before it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="RequestFailedException">So many others were faster that something else must be wrong.</exception>
    public static async Task<T> TryAsync<T>(Func<int, Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await attempt(tries);
            }
            catch (RequestFailedException error) when (IsConflict(error) && tries < MostTries)
            {
                await Task.Delay(Random.Shared.Next(1, Math.Min(LongestPauseMilliseconds, 10 * (tries + 1))), cancellationToken);
            }
        }
    }
}
