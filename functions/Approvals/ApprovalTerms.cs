using System.Globalization;
using System.Text.Json.Serialization;
using AgentFunctions.Storage;

namespace AgentFunctions.Approvals;

/// <summary>On which terms something may go on: who decides, what they may answer, and what happens while nobody does.</summary>
public sealed record ApprovalTerms
{
    /// <summary>Most approvers of one question.</summary>
    public const int MostApprovers = 10;

    private const int MostGroups = 50;
    private const int LongestGroup = 256;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(3_650);

    /// <summary>The answers that are allowed; <see langword="null"/> for all.</summary>
    public IReadOnlyList<ApprovalAnswerType>? Allow { get; init; }

    /// <summary>Groups whose members may answer; empty for everybody. A member has the group in the claims of its principal.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>How many different people must agree; 2 is the four-eyes principle. Default 1.</summary>
    public int Approvers { get; init; } = 1;

    /// <summary>How long the question stands; <see langword="null"/> for ever.</summary>
    [JsonConverter(typeof(IsoDuration))]
    public TimeSpan? ExpiresAfter { get; init; }

    /// <summary>What counts as the answer when nobody gave one in time; by default <see cref="ApprovalAnswerType.Ignore"/>. Never an edit.</summary>
    public ApprovalAnswerType? OnExpiry { get; init; }

    /// <summary>After how long the question is put again; <see langword="null"/> for never.</summary>
    [JsonConverter(typeof(IsoDuration))]
    public TimeSpan? RemindAfter { get; init; }

    /// <summary>After how long <see cref="EscalateTo"/> may answer as well, and is told; <see langword="null"/> for never.</summary>
    [JsonConverter(typeof(IsoDuration))]
    public TimeSpan? EscalateAfter { get; init; }

    /// <summary>The groups that it is escalated to.</summary>
    public IReadOnlyList<string> EscalateTo { get; init; } = [];

    /// <summary>The answers that are allowed, in the words of the agent inbox.</summary>
    [JsonIgnore]
    public ApprovalConfig Config => new(
        Allows(ApprovalAnswerType.Accept), Allows(ApprovalAnswerType.Edit), Allows(ApprovalAnswerType.Response), Allows(ApprovalAnswerType.Ignore));

    /// <summary>What is wrong with them, by field; empty where nothing is. JSON may put null where a value is promised.</summary>
    public IEnumerable<(string Field, string Problem)> Problems()
    {
        if (Allow is not null && (Allow.Count == 0 || Allow.Distinct().Count() < Allow.Count))
        {
            yield return ("allow", "It lists at least one answer, and none twice.");
        }

        if (Approvers is < 1 or > MostApprovers)
        {
            yield return ("approvers", string.Create(CultureInfo.InvariantCulture, $"It must be from 1 to {MostApprovers}."));
        }

        foreach (var (field, groups) in new[] { ("groups", Groups), ("escalateTo", EscalateTo) })
        {
            if (!AreGroups(groups))
            {
                yield return (field, string.Create(CultureInfo.InvariantCulture, $"It lists up to {MostGroups} names of groups."));
            }
        }

        foreach (var (field, wait) in new[] { ("expiresAfter", ExpiresAfter), ("remindAfter", RemindAfter), ("escalateAfter", EscalateAfter) })
        {
            if (wait is { } given && (given <= TimeSpan.Zero || given > LongestWait))
            {
                yield return (field, "It must be longer than nothing and at most ten years.");
            }
        }

        if (EscalateAfter is not null && EscalateTo is not { Count: > 0 })
        {
            yield return ("escalateTo", "An escalation names the groups that it goes to.");
        }

        if (OnExpiry == ApprovalAnswerType.Edit)
        {
            yield return ("onExpiry", "It is accept, response or ignore: nobody is there to edit.");
        }

        if (OnExpiry == ApprovalAnswerType.Accept && Approvers > 1)
        {
            yield return ("onExpiry", "What several must agree to is not accepted because nobody answered.");
        }
    }

    /// <summary>Terms that fulfil both. Of two lists of groups the first counts, of two default outcomes the careful one.</summary>
    /// <param name="other">Other terms.</param>
    public ApprovalTerms And(ApprovalTerms other) => new()
    {
        Allow = Allow is null ? other.Allow : other.Allow is null ? Allow : Both(Allow, other.Allow),
        Groups = Groups.Count > 0 ? Groups : other.Groups,
        Approvers = Math.Max(Approvers, other.Approvers),
        ExpiresAfter = Shorter(ExpiresAfter, other.ExpiresAfter),
        OnExpiry = OnExpiry is null ? other.OnExpiry : other.OnExpiry is null || other.OnExpiry == OnExpiry ? OnExpiry : ApprovalAnswerType.Ignore,
        RemindAfter = Shorter(RemindAfter, other.RemindAfter),
        EscalateAfter = EscalateAfter ?? other.EscalateAfter,
        EscalateTo = EscalateAfter is null ? other.EscalateTo : EscalateTo,
    };

    /// <summary>Whether who was asked on these terms may also decide, by an edit, on what would be asked about on other ones.</summary>
    /// <param name="other">The other terms.</param>
    public bool Cover(ApprovalTerms other) =>
        Approvers >= other.Approvers
        && other.Allows(ApprovalAnswerType.Edit)
        && (other.Groups.Count == 0 || (Groups.Count > 0 && Groups.All(group => other.Groups.Contains(group, StringComparer.Ordinal))));

    private static IReadOnlyList<ApprovalAnswerType> Both(IReadOnlyList<ApprovalAnswerType> one, IReadOnlyList<ApprovalAnswerType> other) =>
        one.Intersect(other).ToList() is { Count: > 0 } both ? both : [ApprovalAnswerType.Ignore];

    private static TimeSpan? Shorter(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    private static bool AreGroups(IReadOnlyList<string>? groups) =>
        groups is { Count: <= MostGroups } && groups.All(group => !string.IsNullOrWhiteSpace(group) && group.Length <= LongestGroup);

    private bool Allows(ApprovalAnswerType type) => Allow is null || Allow.Contains(type);
}

/// <summary>What an agent's definition puts before humans.</summary>
public sealed record AgentApprovals
{
    /// <summary>Its plans; <see langword="null"/> where they need no approval.</summary>
    public ApprovalTerms? Plan { get; init; }

    /// <summary>Its final result; <see langword="null"/> where it needs no approval.</summary>
    public ApprovalTerms? Result { get; init; }

    /// <summary>Calls of single tools, by the tool's name.</summary>
    public IReadOnlyDictionary<string, ApprovalTerms> Tools { get; init; } = new Dictionary<string, ApprovalTerms>(StringComparer.Ordinal);
}
