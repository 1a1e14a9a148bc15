using AgentFunctions.Runs;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Queue;

/// <summary>How many runs may go on at the same time, and in which order the others follow.</summary>
public sealed record AdmissionSettings
{
    /// <summary>Most root runs that go on at the same time. Setting <c>Admission:Total</c>; default 64.</summary>
    public int Total { get; init; } = 64;

    /// <summary>The same for each tenant that has no limit of its own. Setting <c>Admission:PerTenant</c>; default 48.</summary>
    public int PerTenant { get; init; } = 48;

    /// <summary>
    /// Most runs of a tenant that are accepted and have not started; more are answered with 429. For each tenant that has no such limit
    /// of its own. Setting <c>Admission:MaxQueued</c>; default 20,000.
    /// </summary>
    public int MaxQueued { get; init; } = 20_000;

    /// <summary>
    /// How much longer a run must have waited to go before one of the next higher priority. Setting <c>Admission:AgeingSeconds</c>;
    /// default 300.
    /// </summary>
    public TimeSpan Ageing { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How far a tenant whose next run is urgent may get ahead of its share, in seconds of one slot at weight 1; one whose next run is
    /// <c>batch</c> stays as far behind. Setting <c>Admission:AdvanceSeconds</c>; default 300.
    /// </summary>
    public double AdvanceSeconds { get; init; } = 300;

    /// <summary>
    /// How often the admission of a message is tried before it becomes a dead letter. Setting <c>Admission:MaxAttempts</c>, at most
    /// what the queue's own <c>MaxDeliveryCount</c> is; default 5.
    /// </summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>Terms of single tenants. Settings <c>Admission:Tenants:{tenant}:Weight</c>, <c>:MaxConcurrent</c>, <c>:MaxQueued</c>.</summary>
    public IReadOnlyDictionary<string, TenantTerms> Tenants { get; init; } = new Dictionary<string, TenantTerms>(StringComparer.Ordinal);

    /// <summary>Most runs at the same time of departments. Settings <c>Admission:Departments:{department}:MaxConcurrent</c>.</summary>
    public IReadOnlyDictionary<string, int> Departments { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Most runs at the same time of agents. Settings <c>Admission:Agents:{agent}:MaxConcurrent</c>.</summary>
    public IReadOnlyDictionary<string, int> Agents { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>
    /// Limits of models. Settings <c>Admission:Models:{model}:MaxConcurrent</c>, <c>:RequestsPerMinute</c>, <c>:TokensPerMinute</c>.
    /// </summary>
    public IReadOnlyDictionary<string, ModelTerms> Models { get; init; } = new Dictionary<string, ModelTerms>(StringComparer.Ordinal);

    /// <summary>A tenant's terms, with what holds for all where it has none of its own.</summary>
    /// <param name="tenant">The tenant.</param>
    public TenantTerms Of(string tenant)
    {
        var own = Tenants.GetValueOrDefault(tenant) ?? new TenantTerms();
        return own with { MaxConcurrent = own.MaxConcurrent ?? PerTenant, MaxQueued = own.MaxQueued ?? MaxQueued };
    }

    /// <summary>
    /// A run's place among those of its tenant, UTC milliseconds: the time at which it was accepted, earlier by <see cref="Ageing"/> for
    /// each step of priority above <c>batch</c>. So a run overtakes one of the next higher priority that came so much later, and none
    /// starves: what is accepted more than two steps after it stays behind it. One that goes on again is earlier by another half step,
    /// which is before all new ones of its priority that did not wait longer than that.
    /// </summary>
    /// <param name="priority">Its priority.</param>
    /// <param name="since">When it was accepted.</param>
    /// <param name="goesOn">Whether it has been admitted before.</param>
    public long Rank(RunPriority priority, DateTimeOffset since, bool goesOn) =>
        (since - (Steps(priority) * Ageing) - (goesOn ? Ageing / 2 : TimeSpan.Zero)).ToUnixTimeMilliseconds();

    /// <summary>How far ahead of its share a tenant may get for a run of a priority, in seconds of one slot at weight 1; negative for behind.</summary>
    /// <param name="priority">The priority.</param>
    public double Advance(RunPriority priority) => AdvanceSeconds * (Steps(priority) - Steps(RunPriority.Normal));

    private static int Steps(RunPriority priority) => priority switch
    {
        RunPriority.Batch => 0,
        RunPriority.Normal => 1,
        RunPriority.Urgent => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(priority), priority, "There is no such priority."),
    };

    /// <summary>Reads the section <c>Admission</c>.</summary>
    /// <param name="configuration">The app's settings.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong.</exception>
    public static AdmissionSettings From(IConfiguration configuration)
    {
        var section = new SettingsSection(configuration.GetSection("Admission"));
        var defaults = new AdmissionSettings();
        return new AdmissionSettings
        {
            Total = section.Whole("Total") ?? defaults.Total,
            PerTenant = section.Whole("PerTenant") ?? defaults.PerTenant,
            MaxQueued = section.Whole("MaxQueued") ?? defaults.MaxQueued,
            Ageing = section.Number("AgeingSeconds", 0.001, 86_400) is { } seconds ? TimeSpan.FromSeconds(seconds) : defaults.Ageing,
            AdvanceSeconds = section.Number("AdvanceSeconds", 0, 86_400) ?? defaults.AdvanceSeconds,
            MaxAttempts = section.Whole("MaxAttempts") ?? defaults.MaxAttempts,
            Tenants = section.Named("Tenants", tenant => new TenantTerms(
                tenant.Number("Weight", 0.001, 1_000_000) ?? 1, tenant.Whole("MaxConcurrent"), tenant.Whole("MaxQueued"))),
            Departments = section.Named("Departments", department => department.Required("MaxConcurrent")),
            Agents = section.Named("Agents", agent => agent.Required("MaxConcurrent")),
            Models = section.Named("Models", model => new ModelTerms(
                model.Whole("MaxConcurrent"), model.Whole("RequestsPerMinute"), model.Whole("TokensPerMinute"))),
        };
    }
}

/// <summary>What a tenant gets.</summary>
/// <param name="Weight">Its share beside others that have runs waiting: of weights 2 and 1, two slots of three. Default 1.</param>
/// <param name="MaxConcurrent">Most of its runs at the same time; <see langword="null"/> for what holds for all.</param>
/// <param name="MaxQueued">Most of its runs that wait; <see langword="null"/> for what holds for all.</param>
public sealed record TenantTerms(double Weight = 1, int? MaxConcurrent = null, int? MaxQueued = null);

/// <summary>
/// What runs may ask of a model; what its deployments take is asked at each call. Requests and tokens are those that a run is expected to
/// make, by what earlier runs of its agent have made; once it ends, by what it has made. They are counted against each model that the
/// agent and those that it may spawn use.
/// </summary>
/// <param name="MaxConcurrent">Most runs at the same time.</param>
/// <param name="RequestsPerMinute">Most calls of a minute.</param>
/// <param name="TokensPerMinute">Most tokens of a minute, of prompts and answers.</param>
public sealed record ModelTerms(int? MaxConcurrent = null, int? RequestsPerMinute = null, int? TokensPerMinute = null);
