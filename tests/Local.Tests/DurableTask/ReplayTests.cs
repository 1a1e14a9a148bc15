namespace Local.Tests.DurableTask;

/// <summary>The same, with the orchestrators' code run from the start in every turn.</summary>
public sealed class OrchestrationReplayTests : OrchestrationTests
{
    protected override bool Replays => true;
}

/// <summary>The same, with the orchestrators' code run from the start in every turn.</summary>
public sealed class EntityReplayTests : EntityTests
{
    protected override bool Replays => true;
}

/// <summary>The same, with the orchestrators' code run from the start in every turn.</summary>
public sealed class LifecycleReplayTests : LifecycleTests
{
    protected override bool Replays => true;
}
