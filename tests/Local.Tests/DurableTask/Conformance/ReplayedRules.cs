namespace Local.Tests.DurableTask.Conformance;

/// <summary>The same, with the orchestrators' code run from the start in every turn.</summary>
public sealed class ReplayedOrchestrationRules : OrchestrationRules
{
    protected override bool Replays => true;
}

/// <summary>The same, with the orchestrators' code run from the start in every turn.</summary>
public sealed class ReplayedEntityOperationRules : EntityOperationRules
{
    protected override bool Replays => true;
}

/// <summary>The same, with the orchestrators' code run from the start in every turn.</summary>
public sealed class ReplayedLifecycleRules : LifecycleRules
{
    protected override bool Replays => true;
}

/// <summary>The same, with the orchestrators' code run from the start in every turn.</summary>
public sealed class ReplayedRewindRules : RewindRules
{
    protected override bool Replays => true;
}
