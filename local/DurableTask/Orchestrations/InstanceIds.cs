namespace AgentFunctions.Local.DurableTask.Orchestrations;

internal static class InstanceIds
{
    /// <exception cref="ArgumentException">There is no id, or it is an entity's.</exception>
    public static void Check(string instanceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        RefuseEntity(instanceId);
    }

    /// <exception cref="ArgumentException">The id is an entity's.</exception>
    public static void RefuseEntity(string instanceId)
    {
        if (instanceId.StartsWith('@'))
        {
            throw new ArgumentException($"'{instanceId}': an orchestration's id does not begin with '@'.", nameof(instanceId));
        }
    }
}
