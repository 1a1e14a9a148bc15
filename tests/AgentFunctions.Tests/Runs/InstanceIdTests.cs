using AgentFunctions.Agents;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;

namespace AgentFunctions.Tests.Runs;

/// <summary>Ids of orchestrations, which the Durable Task Scheduler takes up to 100 characters.</summary>
public class InstanceIdTests
{
    private const int Longest = 100;

    private static readonly string RunId = Identifiers.Derive("run", "anything");

    [Theory]
    [InlineData(1, 0)]
    [InlineData(52, 1_000_000)]
    [InlineData(53, 0)]
    [InlineData(64, 1_000_000)]
    public void The_loop_of_a_step_has_one_that_fits_and_leads_to_its_run(int stepLength, int branch)
    {
        var instance = RunInstances.OfLoop(Run(branch), new string('s', stepLength));

        Assert.InRange(instance.Length, RunId.Length + 2, Longest);
        Assert.Contains(RunId, RunInstances.RunsOf(instance));
        Assert.Equal(branch, RunInstances.BranchOf(instance));
        Assert.False(RunInstances.IsOfRun(instance, RunId));
    }

    [Fact]
    public void Steps_with_long_names_have_different_ones() => Assert.NotEqual(
        RunInstances.OfLoop(Run(0), new string('s', 63) + "a"), RunInstances.OfLoop(Run(0), new string('s', 63) + "b"));

    private static RunHeader Run(int branch) => new(
        RunId, "case", RunId, null, "boss", default(AgentMode), null!, null, null!, PlanApproval: false, null!, null, branch);
}
