namespace AgentFunctions.SmokeTest;

/// <summary>
/// The agent <c>smoke-test</c>, whose model is simulated wherever the app runs: a run of it shows after a deployment that queue,
/// orchestrations, stores and budget work, and costs nothing. infra/hooks/smoke-test.sh starts one.
/// </summary>
public sealed class SmokeTestPack : IPack
{
    /// <inheritdoc />
    public void Configure(PackBuilder pack) => pack.AddDefinitions("definitions/smoke-test");
}
