namespace AgentFunctions;

/// <summary>
/// Where a tool call stands. A tool method that has a parameter of this type is given it; it is not part of the tool's JSON schema.
/// </summary>
/// <param name="Tenant">The tenant that owns the thread.</param>
/// <param name="ThreadId">The thread.</param>
/// <param name="RunId">The run that makes the call; for a spawned agent the child run.</param>
/// <param name="StepId">The step of the run's plan.</param>
/// <param name="IdempotencyKey">
/// The same over retries, replays and crashes of this one call, and different for every other call.
/// A tool with an effect outside the thread's files must hand it on, or remember it, so that the effect happens once.
/// </param>
/// <param name="Attempt">1 for the first attempt.</param>
/// <param name="Files">The thread's files.</param>
public sealed record ToolContext(
    string Tenant,
    string ThreadId,
    string RunId,
    string StepId,
    string IdempotencyKey,
    int Attempt,
    IThreadFiles Files)
{
    private const decimal MostUsd = 1_000_000_000m;
    private const int UsdDecimals = 9;

    private readonly CostMeter meter = new();
    private readonly HttpClient? http;
    private readonly IThreadMemory? memory;

    /// <summary>
    /// Reaches what the agent's policy allows, checked also at every redirect and at the address that is connected to. A denied request
    /// throws <see cref="ToolFailureException"/> of kind <see cref="ToolFailureKind.Denied"/>. Use no other client in a tool.
    /// </summary>
    /// <exception cref="InvalidOperationException">The call was not made by the runtime.</exception>
    public HttpClient Http
    {
        get => http ?? throw new InvalidOperationException("This call was given no HTTP client.");
        init => http = value;
    }

    /// <summary>
    /// The token of the lease under which the call is made, where its tool declares <see cref="ExclusiveUseAttribute"/>: it grows with
    /// every lease of the resource. What the call changes must refuse it once it has seen a greater one.
    /// </summary>
    public long? FencingToken { get; init; }

    /// <summary>The memory that all runs of the thread share. What the call changes there is on record with the call.</summary>
    /// <exception cref="InvalidOperationException">The call was not made by the runtime, or undoes another one.</exception>
    public IThreadMemory Memory
    {
        get => memory ?? throw new InvalidOperationException("This call was given no shared memory.");
        init => memory = value;
    }

    /// <summary>What the tool has reported that this attempt costs, USD; <see langword="null"/> where it has reported nothing.</summary>
    public decimal? ReportedUsd => meter.Usd;

    /// <summary>
    /// Tells what this attempt costs, in the place of what <see cref="ToolCostAttribute"/> declares. It counts against the budgets of the
    /// run like a model call, also where the attempt fails. Several reports of one attempt add up; what is reported after its end, such as
    /// after its timeout, does not count. A tool that answers from what it remembers under the idempotency key reports the same cost
    /// again: an attempt that a crash cut off is made again, and counted once.
    /// </summary>
    /// <param name="usd">USD, from 0 to a billion; rounded to nine decimals.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is less or more.</exception>
    public void ReportCost(decimal usd)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(usd);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(usd, MostUsd);
        meter.Add(decimal.Round(usd, UsdDecimals));
    }

    /// <summary>A tool may report from several threads.</summary>
    private sealed class CostMeter
    {
        private readonly Lock adding = new();
        private decimal? sum;

        public decimal? Usd
        {
            get
            {
                lock (adding)
                {
                    return sum;
                }
            }
        }

        public void Add(decimal usd)
        {
            lock (adding)
            {
                sum = (sum ?? 0m) + usd;
            }
        }
    }
}
