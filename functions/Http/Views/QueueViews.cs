using AgentFunctions.Queue;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Http.Views;

/// <summary>What waits and what goes on.</summary>
/// <param name="Depth">How many runs wait to be admitted.</param>
/// <param name="OldestAgeSeconds">For how long the oldest of them has been waiting since it was accepted; missing where none waits.</param>
/// <param name="Running">How many runs hold a slot.</param>
/// <param name="Total">Most runs that may.</param>
/// <param name="DeadLetters">Messages that could not be admitted; counted up to 10,000.</param>
/// <param name="Tenants">The same for each tenant that has runs waiting or going on, or terms of its own.</param>
/// <param name="Priorities">What waits, for each priority.</param>
/// <param name="Departments">Departments that are limited or have runs going on.</param>
/// <param name="Agents">Agents that are limited or have runs going on.</param>
/// <param name="Models">Models that are limited or used by runs that go on; none where one tenant is shown, as their figures are of all.</param>
public sealed record QueueView(
    int Depth,
    double? OldestAgeSeconds,
    int Running,
    int Total,
    int DeadLetters,
    IReadOnlyList<TenantQueueView> Tenants,
    IReadOnlyList<PriorityQueueView> Priorities,
    IReadOnlyList<LimitedView> Departments,
    IReadOnlyList<LimitedView> Agents,
    IReadOnlyList<LimitedModelView> Models)
{
    internal static QueueView Of(
        IReadOnlyList<WaitingCount> counts, AdmissionState state, AdmissionSettings settings, int deadLetters, DateTimeOffset now, string? only)
    {
        var running = state.Running.Values.Where(run => only is null || run.Tenant == only).ToList();
        return new QueueView(
            counts.Sum(count => count.Count),
            Age(counts, now),
            running.Count,
            settings.Total,
            deadLetters,
            [
                .. Names(only is null ? settings.Tenants.Keys : [only], counts.Select(count => count.Tenant), running.Select(run => run.Tenant))
                    .Select(tenant => TenantQueueView.Of(tenant, [.. counts.Where(count => count.Tenant == tenant)], state, settings, now)),
            ],
            PriorityQueueView.Of(counts, now),
            [
                .. Names(only is null ? settings.Departments.Keys : [], running.Select(run => run.Department).OfType<string>())
                    .Select(name => new LimitedView(name, running.Count(run => run.Department == name), Find(settings.Departments, name))),
            ],
            [
                .. Names(settings.Agents.Keys, running.Select(run => run.Agent))
                    .Select(name => new LimitedView(name, running.Count(run => run.Agent == name), Find(settings.Agents, name))),
            ],
            [.. Names(settings.Models.Keys, running.SelectMany(run => run.Models)).Where(_ => only is null).Select(name => LimitedModelView.Of(name, state, settings, now))]);
    }

    internal static double? Age(IReadOnlyCollection<WaitingCount> counts, DateTimeOffset now) =>
        counts.Count == 0 ? null : Math.Round((now - counts.Min(count => count.Oldest)).TotalSeconds, 3);

    private static IEnumerable<string> Names(params IEnumerable<string>[] all) =>
        all.SelectMany(names => names).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static int? Find(IReadOnlyDictionary<string, int> limits, string name) => limits.TryGetValue(name, out var limit) ? limit : null;
}

/// <summary>A tenant's part of the queue.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Depth">How many of its runs wait.</param>
/// <param name="MaxQueued">Most that may.</param>
/// <param name="OldestAgeSeconds">For how long the oldest has been waiting.</param>
/// <param name="Running">How many hold a slot.</param>
/// <param name="MaxConcurrent">Most that may.</param>
/// <param name="Weight">Its share beside others.</param>
/// <param name="SecondsBetweenAdmissions">Mean time between its last admissions; missing where it had fewer than two of late.</param>
/// <param name="Priorities">What waits, for each priority.</param>
public sealed record TenantQueueView(
    string Tenant,
    int Depth,
    int MaxQueued,
    double? OldestAgeSeconds,
    int Running,
    int MaxConcurrent,
    double Weight,
    double? SecondsBetweenAdmissions,
    IReadOnlyList<PriorityQueueView> Priorities)
{
    internal static TenantQueueView Of(
        string tenant, IReadOnlyList<WaitingCount> counts, AdmissionState state, AdmissionSettings settings, DateTimeOffset now)
    {
        var terms = settings.Of(tenant);
        return new TenantQueueView(
            tenant,
            counts.Sum(count => count.Count),
            terms.MaxQueued!.Value,
            QueueView.Age(counts, now),
            state.Running.Values.Count(run => run.Tenant == tenant),
            terms.MaxConcurrent!.Value,
            terms.Weight,
            state.Tenants.GetValueOrDefault(tenant)?.Interval(now)?.TotalSeconds is { } seconds ? Math.Round(seconds, 3) : null,
            PriorityQueueView.Of(counts, now));
    }
}

/// <summary>Runs of one priority that wait.</summary>
/// <param name="Priority">The priority.</param>
/// <param name="Depth">How many.</param>
/// <param name="OldestAgeSeconds">For how long the oldest has been waiting.</param>
public sealed record PriorityQueueView(RunPriority Priority, int Depth, double? OldestAgeSeconds)
{
    internal static IReadOnlyList<PriorityQueueView> Of(IReadOnlyList<WaitingCount> counts, DateTimeOffset now) =>
    [
        .. Enum.GetValues<RunPriority>()
            .Select(priority => (Priority: priority, Its: counts.Where(count => count.Priority == priority).ToList()))
            .Select(each => new PriorityQueueView(each.Priority, each.Its.Sum(count => count.Count), QueueView.Age(each.Its, now))),
    ];
}

/// <summary>What a department or an agent may have going on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Running">How many runs hold a slot.</param>
/// <param name="MaxConcurrent">Most that may; missing where only other limits hold.</param>
public sealed record LimitedView(string Name, int Running, int? MaxConcurrent);

/// <summary>What runs may ask of a model.</summary>
/// <param name="Name">The model.</param>
/// <param name="Running">How many runs that use it hold a slot.</param>
/// <param name="MaxConcurrent">Most that may.</param>
/// <param name="RequestsPerMinute">Most calls of a minute.</param>
/// <param name="RequestsLeft">Calls that are left of the minute, below 0 where runs have made more than was expected of them.</param>
/// <param name="TokensPerMinute">Most tokens of a minute.</param>
/// <param name="TokensLeft">Tokens that are left of it.</param>
public sealed record LimitedModelView(
    string Name, int Running, int? MaxConcurrent, int? RequestsPerMinute, double? RequestsLeft, int? TokensPerMinute, double? TokensLeft)
{
    internal static LimitedModelView Of(string name, AdmissionState state, AdmissionSettings settings, DateTimeOffset now)
    {
        var terms = settings.Models.GetValueOrDefault(name) ?? new ModelTerms();
        var room = terms.At(state.Models.GetValueOrDefault(name), now);
        return new LimitedModelView(
            name,
            state.Running.Values.Count(run => run.Models.Contains(name, StringComparer.Ordinal)),
            terms.MaxConcurrent,
            terms.RequestsPerMinute,
            terms.RequestsPerMinute is null ? null : Math.Round(room.Requests, 3),
            terms.TokensPerMinute,
            terms.TokensPerMinute is null ? null : Math.Round(room.Tokens, 3));
    }
}

/// <summary>A page of dead letters, oldest first.</summary>
/// <param name="DeadLetters">The dead letters.</param>
/// <param name="Cursor">To be sent for the next page; missing on the last one.</param>
public sealed record DeadLetterList(IReadOnlyList<DeadLetter> DeadLetters, string? Cursor);

/// <summary>A page of operations, oldest first.</summary>
/// <param name="Operations">The operations.</param>
/// <param name="Cursor">To be sent for the next page; missing on the last one.</param>
public sealed record OperationList(IReadOnlyList<OperationRecord> Operations, string? Cursor);
