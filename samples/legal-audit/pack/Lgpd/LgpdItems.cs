namespace LegalAudit.Lgpd;

/// <summary>The data-protection checklist.</summary>
internal static class LgpdItems
{
    public const string LegalBasis = "legalBasis";
    public const string PurposeLimitation = "purposeLimitation";
    public const string DataSubjectRights = "dataSubjectRights";
    public const string SecurityMeasures = "securityMeasures";
    public const string BreachNotification = "breachNotification";
    public const string Dpo = "dpo";
    public const string Subprocessors = "subprocessors";
    public const string InternationalTransfer = "internationalTransfer";
    public const string RetentionDeletion = "retentionDeletion";
    public const string Liability = "liability";

    /// <summary>All items, in the order in which they are reported.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        LegalBasis, PurposeLimitation, DataSubjectRights, SecurityMeasures, BreachNotification,
        Dpo, Subprocessors, InternationalTransfer, RetentionDeletion, Liability,
    ];
}
