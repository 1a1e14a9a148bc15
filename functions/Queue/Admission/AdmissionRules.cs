namespace AgentFunctions.Queue;

/// <summary>What the end of a run's hold on its slot changes, and what limits say. Pure.</summary>
public static class AdmissionRules
{
    /// <summary>The part that the newest observation has in a mean.</summary>
    private const double Newest = 0.2;

    /// <summary>Takes a run's slot back; nothing changes where it has none.</summary>
    /// <param name="state">The state.</param>
    /// <param name="settings">The limits.</param>
    /// <param name="runId">The run.</param>
    /// <param name="now">UTC.</param>
    /// <param name="actual">What it has used in all, where it has ended.</param>
    public static AdmissionState Free(
        this AdmissionState state, AdmissionSettings settings, string runId, DateTimeOffset now, ActualUse? actual = null)
    {
        if (!state.Running.TryGetValue(runId, out var run))
        {
            return state;
        }

        var seconds = Math.Max(0, (now - run.At).TotalSeconds);
        var share = state.Tenants.GetValueOrDefault(run.Tenant) ?? new TenantShare(state.Virtual);
        var before = state.Agents.GetValueOrDefault(run.Agent);
        var used = new AgentUse(
            seconds, actual?.Requests ?? before?.Requests ?? run.Expected.Requests, actual?.Tokens ?? before?.Tokens ?? run.Expected.Tokens);
        return state with
        {
            Running = state.Running.Remove(runId),
            Tenants = state.Tenants.SetItem(run.Tenant, share with { Used = share.Used + (seconds / settings.Of(run.Tenant).Weight) }),
            Agents = state.Agents.SetItem(run.Agent, before is null ? used : Mean(before, used)),
            Models = actual is null || run.Expected.Requests == 0 ? state.Models : Corrected(state, run, actual),
        };
    }

    /// <summary>What is left of a model's minute at a time: it comes back evenly, and never is more than one minute's.</summary>
    /// <param name="terms">The model's limits.</param>
    /// <param name="room">What was left; <see langword="null"/> where nothing was used yet.</param>
    /// <param name="now">UTC.</param>
    public static ModelRoom At(this ModelTerms terms, ModelRoom? room, DateTimeOffset now)
    {
        var (requests, tokens) = ((double)(terms.RequestsPerMinute ?? 0), (double)(terms.TokensPerMinute ?? 0));
        if (room is null)
        {
            return new ModelRoom(requests, tokens, now);
        }

        var minutes = Math.Max(0, (now - room.At).TotalMinutes);
        return new ModelRoom(
            Math.Min(requests, room.Requests + (requests * minutes)), Math.Min(tokens, room.Tokens + (tokens * minutes)), now);
    }

    /// <summary>How long until something is left of both; zero where it is.</summary>
    /// <param name="terms">The model's limits.</param>
    /// <param name="room">What is left.</param>
    public static TimeSpan UntilRoom(this ModelTerms terms, ModelRoom room) => TimeSpan.FromMinutes(Math.Max(
        Minutes(terms.RequestsPerMinute, room.Requests), Minutes(terms.TokensPerMinute, room.Tokens)));

    /// <summary>The mean time between admissions of a tenant: no less than what has passed since the last one.</summary>
    /// <param name="share">The tenant's.</param>
    /// <param name="now">UTC.</param>
    public static TimeSpan? Interval(this TenantShare share, DateTimeOffset now) => share is { IntervalSeconds: { } mean, AdmittedAt: { } last }
        ? TimeSpan.FromSeconds(Math.Max(mean, (now - last).TotalSeconds))
        : null;

    internal static TenantShare Admitted(this TenantShare share, long number, DateTimeOffset now)
    {
        var passed = share.AdmittedAt is { } last ? Math.Max(0, (now - last).TotalSeconds) : (double?)null;
        var mean = share.IntervalSeconds is { } before && passed is { } newest ? (before * (1 - Newest)) + (newest * Newest) : passed;
        return share with { LastAdmission = number, AdmittedAt = now, IntervalSeconds = mean };
    }

    private static double Minutes(int? perMinute, double left) => perMinute is { } limit && left < 1 ? (1 - left) / limit : 0;

    private static AgentUse Mean(AgentUse before, AgentUse newest) => new(
        Mean(before.Seconds, newest.Seconds), Mean(before.Requests, newest.Requests), Mean(before.Tokens, newest.Tokens));

    private static double Mean(double before, double newest) => (before * (1 - Newest)) + (newest * Newest);

    private static System.Collections.Immutable.ImmutableDictionary<string, ModelRoom> Corrected(
        AdmissionState state, AdmittedRun run, ActualUse actual)
    {
        var models = state.Models;
        foreach (var model in run.Models)
        {
            if (models.TryGetValue(model, out var room))
            {
                models = models.SetItem(model, room with
                {
                    Requests = room.Requests + run.Expected.Requests - actual.Requests,
                    Tokens = room.Tokens + run.Expected.Tokens - actual.Tokens,
                });
            }
        }

        return models;
    }
}

/// <summary>What a run has used, with its descendants.</summary>
/// <param name="Requests">Calls of models.</param>
/// <param name="Tokens">Tokens of prompts and answers.</param>
public sealed record ActualUse(long Requests, long Tokens);
