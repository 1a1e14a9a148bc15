namespace ContractGenerator.Library;

/// <summary>The ten items, in the order of the manifest.</summary>
internal static class LgpdItems
{
    public static readonly IReadOnlyList<string> All =
    [
        "legalBasis", "purposeLimitation", "dataSubjectRights", "securityMeasures", "breachNotification", "dpo",
        "subprocessors", "internationalTransfer", "retentionDeletion", "liability",
    ];
}
