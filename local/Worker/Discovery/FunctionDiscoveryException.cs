namespace AgentFunctions.Local.Worker.Discovery;

/// <summary>The app's functions cannot be served; the message names every function and what is wrong with it.</summary>
internal sealed class FunctionDiscoveryException(IReadOnlyList<string> problems)
    : InvalidOperationException($"The function app cannot start:{Environment.NewLine}- {string.Join($"{Environment.NewLine}- ", problems)}")
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
