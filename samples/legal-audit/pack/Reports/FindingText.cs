using LegalAudit.Lgpd;

namespace LegalAudit.Reports;

/// <summary>Findings in words.</summary>
internal static class FindingText
{
    public static string Of(string finding) => finding switch
    {
        "noTermination" => "No party has a right to end the contract early.",
        "contradictoryTermination" => "The notices for ending the contract contradict each other.",
        _ => $"Data protection: nothing with effect on {ItemName(finding["lgpd.".Length..])}.",
    };

    public static string ItemName(string item) => item switch
    {
        LgpdItems.LegalBasis => "legal basis",
        LgpdItems.PurposeLimitation => "purpose limitation",
        LgpdItems.DataSubjectRights => "data subject rights",
        LgpdItems.SecurityMeasures => "security measures",
        LgpdItems.BreachNotification => "breach notification",
        LgpdItems.Dpo => "data protection officer",
        LgpdItems.Subprocessors => "sub-processors",
        LgpdItems.InternationalTransfer => "international transfer",
        LgpdItems.RetentionDeletion => "retention and deletion",
        LgpdItems.Liability => "liability for data protection damage",
        _ => throw new ArgumentOutOfRangeException(nameof(item), item, "Unknown item."),
    };
}
