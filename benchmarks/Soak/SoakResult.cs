namespace AgentFunctions.Benchmarks.Soak;

/// <summary>What a soak found.</summary>
internal sealed record SoakResult
{
    /// <summary>The seed of the programs and of the moments of the kills.</summary>
    public required int Seed { get; init; }

    public required double Minutes { get; init; }

    public required int Kills { get; init; }

    /// <summary>Programs whose start was acknowledged, and those that ended.</summary>
    public required Pair Instances { get; init; }

    /// <summary>Acknowledged programs, executions and writes that are missing.</summary>
    public int Lost => LostInstances + LostExecutions + LostWrites;

    /// <summary>Executions, writes and firings that were made once more after they were stored.</summary>
    public int Doubled => DoubledExecutions + DoubledWrites + TimersFiredTwice + OthersAnsweredTwice;

    /// <summary>Programs that ended otherwise than they must, entities written in another order, executions that no program asks for.</summary>
    public int Wrong => OtherOutcomes + OtherOrders + UnforeseenExecutions;

    public required int LostInstances { get; init; }

    public required int OtherOutcomes { get; init; }

    public required int Executions { get; init; }

    public required int LostExecutions { get; init; }

    /// <summary>Executions of activities that were in flight at a kill.</summary>
    public required int ExecutionsInFlightAgain { get; init; }

    public required int DoubledExecutions { get; init; }

    public required int UnforeseenExecutions { get; init; }

    public required int Writes { get; init; }

    public required int LostWrites { get; init; }

    public required int DoubledWrites { get; init; }

    public required int OtherOrders { get; init; }

    public required int TimersFired { get; init; }

    public required int TimersFiredTwice { get; init; }

    /// <summary>Activities, children and calls whose answer is in a history twice.</summary>
    public required int OthersAnsweredTwice { get; init; }

    /// <summary>Successes of activities that were found stored after the kills, and so were not to be executed again.</summary>
    public required int SuccessesFoundStored { get; init; }

    /// <summary>Seconds from the start of a process to its serving, the median.</summary>
    public required double RestartMedian { get; init; }

    public required double RestartLongest { get; init; }

    /// <summary>MB that the files take at the end.</summary>
    public required double FileMegabytes { get; init; }

    public required IReadOnlyList<string> Problems { get; init; }

    public bool IsGood => Lost + Doubled + Wrong == 0;
}

internal sealed record Pair(int Started, int Completed);
