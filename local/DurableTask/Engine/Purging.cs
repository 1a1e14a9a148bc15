using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Tables;
using AgentFunctions.Local.Storage;

namespace AgentFunctions.Local.DurableTask.Engine;

/// <summary>Removes finished instances.</summary>
internal static class Purging
{
    private const int PageSize = 500;

    /// <summary>Removes an instance if it has finished and returns how many were removed.</summary>
    public static int One(DatabaseSession db, string instanceId, bool withChildren)
    {
        if (InstanceTable.Find(db, instanceId) is not { } row || !row.Status.IsFinal())
        {
            return 0;
        }

        var children = withChildren ? InstanceTable.Children(db, instanceId) : [];
        InstanceTable.Delete(db, row);
        return 1 + children.Sum(child => One(db, child, withChildren));
    }

    /// <summary>Removes some of the instances that finished before a time and returns how many.</summary>
    public static int FinishedBefore(DatabaseSession db, DateTimeOffset time, int limit) =>
        InstanceTable.FinishedBefore(db, time, limit).Sum(id => One(db, id, withChildren: false));

    public static int All(DatabaseSession db, InstanceFilter filter, bool withChildren)
    {
        var count = 0;
        List<InstanceRow> page;
        var after = string.Empty;
        do
        {
            page = InstanceTable.Page(db, filter, after, PageSize);
            count += page.Sum(row => One(db, row.InstanceId, withChildren));
            after = page.Count > 0 ? page[^1].InstanceId : after;
        }
        while (page.Count == PageSize);
        return count;
    }
}
