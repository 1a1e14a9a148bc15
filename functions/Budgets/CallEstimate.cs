namespace AgentFunctions.Budgets;

/// <summary>What a model call may cost, by the length of its answer.</summary>
/// <param name="InputUsd">All its input, USD.</param>
/// <param name="InputTokens">All its input, tokens.</param>
/// <param name="OutputUsd">One token of output, USD.</param>
/// <param name="MaxOutputTokens">Most tokens of its answer by the agent's own bounds.</param>
public sealed record CallEstimate(decimal InputUsd, long InputTokens, decimal OutputUsd, int MaxOutputTokens)
{
    /// <summary>No call.</summary>
    public static CallEstimate None { get; } = new(0m, 0, 0m, 0);

    /// <summary>An answer is cut to no less than this share of its bounds: shorter ones would mostly be of no use.</summary>
    private const int LeastShare = 4;

    /// <summary>The shortest answer that is of use, in tokens.</summary>
    public int LeastTokens => Math.Max(1, (MaxOutputTokens + LeastShare - 1) / LeastShare);

    /// <summary>The least that is of use.</summary>
    public Amounts Least => With(LeastTokens);

    /// <summary>The most it may cost.</summary>
    public Amounts Most => With(MaxOutputTokens);

    /// <summary>With more input.</summary>
    /// <param name="input">What is added to the prompt.</param>
    public CallEstimate Plus(Amounts input) => this with { InputUsd = InputUsd + input.Usd, InputTokens = InputTokens + input.Tokens };

    /// <summary>The longest answer that an amount pays for, within the agent's bounds.</summary>
    /// <param name="held">What may be spent.</param>
    public int AffordableTokens(Amounts held)
    {
        var byUsd = OutputUsd == 0m ? MaxOutputTokens : Math.Min(MaxOutputTokens, (held.Usd - InputUsd) / OutputUsd);
        return (int)Math.Max(1m, Math.Min(byUsd, held.Tokens - InputTokens));
    }

    private Amounts With(int outputTokens) => new()
    {
        Usd = InputUsd + (outputTokens * OutputUsd),
        Tokens = InputTokens + outputTokens,
        ModelCalls = 1,
        Seconds = 1,
    };
}
