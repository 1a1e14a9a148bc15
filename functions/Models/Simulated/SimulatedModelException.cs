namespace AgentFunctions.Models.Simulated;

/// <summary>An error that the simulated model was told to make.</summary>
public sealed class SimulatedModelException : Exception
{
    /// <summary>Ends a simulated call.</summary>
    /// <param name="failure">What a provider's error of this sort would mean.</param>
    public SimulatedModelException(ModelFailure failure)
        : base(failure.Message) => Failure = failure;

    /// <summary>What it means for retrying.</summary>
    public ModelFailure Failure { get; }
}

/// <summary>A script of the simulated model does not know what to answer, or renders something that cannot be used.</summary>
public sealed class ScriptException : Exception
{
    /// <summary>Names the place at fault.</summary>
    /// <param name="file">The script's file; empty where there is none.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="problem">What is wrong, one sentence.</param>
    public ScriptException(string file, int line, string problem)
        : base(file.Length == 0 ? problem : FormattableString.Invariant($"{file}({line}): {problem}"))
    {
    }
}
