using AgentFunctions.Replay.Record;

namespace AgentFunctions.Replay.Engine;

/// <summary>The policies of the record, as files that the policy engine reads like any others: JSON is YAML.</summary>
internal static class RecordedPolicies
{
    /// <summary>Writes them and returns the settings that name them.</summary>
    public static async Task<IReadOnlyList<string>> WriteAsync(RunRecording recording, string root, CancellationToken cancellationToken)
    {
        var definitions = Path.Combine(root, "definitions");
        var policies = Directory.CreateDirectory(Path.Combine(definitions, "policies"));
        var catalog = recording.Catalogs.Count > 0
            ? recording.Catalogs[^1]
            : throw new BadExportException("The run never started, so there is nothing to replay.");
        foreach (var policy in catalog.Policies)
        {
            await File.WriteAllTextAsync(
                Path.Combine(policies.FullName, $"{policy.Name}.yaml"), policy.Declared.ToJsonString(AgentJson.Options), cancellationToken);
        }

        return [$"--Policies:Folder={definitions}", $"--Policies:Default={catalog.DefaultPolicy}"];
    }
}
