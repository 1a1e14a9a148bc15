using AgentFunctions.Storage;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Approvals;

/// <summary>Terms of every approval, where its own say nothing else.</summary>
/// <param name="Defaults">The terms.</param>
public sealed record ApprovalSettings(ApprovalTerms Defaults)
{
    /// <summary>
    /// Reads the settings of section <c>Approvals</c>: <c>ExpiresAfter</c>, <c>RemindAfter</c>, <c>EscalateAfter</c> (ISO 8601),
    /// <c>OnExpiry</c> (<c>accept</c>, <c>response</c>, <c>ignore</c>; default <c>ignore</c>), <c>Groups</c>, <c>EscalateTo</c>
    /// (separated by commas), <c>Approvers</c> (default 1).
    /// </summary>
    /// <param name="configuration">The app's configuration.</param>
    /// <exception cref="InvalidOperationException">A value is wrong.</exception>
    public static ApprovalSettings Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Approvals");
        var terms = new ApprovalTerms
        {
            ExpiresAfter = Duration(section.GetSection("ExpiresAfter")),
            RemindAfter = Duration(section.GetSection("RemindAfter")),
            EscalateAfter = Duration(section.GetSection("EscalateAfter")),
            OnExpiry = Outcome(section.GetSection("OnExpiry")),
            Groups = Names(section["Groups"]),
            EscalateTo = Names(section["EscalateTo"]),
            Approvers = section["Approvers"] is { Length: > 0 } text ? (int.TryParse(text, out var number) ? number : 0) : 1,
        };
        return terms.Problems().FirstOrDefault() is ({ } field, { } problem)
            ? throw new InvalidOperationException($"The setting Approvals:{char.ToUpperInvariant(field[0])}{field[1..]} is wrong: {problem}")
            : new ApprovalSettings(terms);
    }

    /// <summary>The terms with what they leave open.</summary>
    /// <param name="terms">The terms.</param>
    public ApprovalTerms Complete(ApprovalTerms terms)
    {
        var approvers = Math.Max(terms.Approvers, Defaults.Approvers);
        var onExpiry = terms.OnExpiry ?? Defaults.OnExpiry ?? ApprovalAnswerType.Ignore;
        return terms with
        {
            Groups = terms.Groups.Count > 0 ? terms.Groups : Defaults.Groups,
            Approvers = approvers,
            ExpiresAfter = terms.ExpiresAfter ?? Defaults.ExpiresAfter,
            OnExpiry = approvers > 1 && onExpiry == ApprovalAnswerType.Accept ? ApprovalAnswerType.Ignore : onExpiry,
            RemindAfter = terms.RemindAfter ?? Defaults.RemindAfter,
            EscalateAfter = terms.EscalateAfter ?? Defaults.EscalateAfter,
            EscalateTo = terms.EscalateAfter is null ? Defaults.EscalateTo : terms.EscalateTo,
        };
    }

    private static TimeSpan? Duration(IConfigurationSection section) => section.Value switch
    {
        null or "" => null,
        var text => IsoDuration.Parse(text) ?? throw new InvalidOperationException($"The setting {section.Path} must be {IsoDuration.Rule}."),
    };

    private static ApprovalAnswerType? Outcome(IConfigurationSection section) => section.Value switch
    {
        null or "" => null,
        "accept" => ApprovalAnswerType.Accept,
        "response" => ApprovalAnswerType.Response,
        "ignore" => ApprovalAnswerType.Ignore,
        _ => throw new InvalidOperationException($"The setting {section.Path} must be accept, response or ignore."),
    };

    private static string[] Names(string? text) =>
        (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
