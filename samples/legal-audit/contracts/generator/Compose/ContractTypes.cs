namespace ContractGenerator.Compose;

/// <summary>What the parties of each type are called, and which general topics make no sense in it.</summary>
internal static class ContractTypes
{
    private static readonly Dictionary<string, string[]> Excluded = new(StringComparer.Ordinal)
    {
        ["lease"] =
        [
            "subcontracting", "labour", "acceptance", "knowledge", "escalation", "ip", "change", "continuity", "nonsolicit",
            "conflict", "penalties", "audit", "documents", "warranties", "assets", "safety",
        ],
        ["nda"] =
        [
            "price", "term", "subcontracting", "labour", "taxes", "acceptance", "knowledge", "escalation", "change", "safety", "penalties",
            "insurance", "clientduties", "environment", "audit", "warranties", "documents",
        ],
        ["licence"] = ["labour", "safety", "environment", "subcontracting"],
    };

    // Portuguese roles are feminine throughout, so that articles agree.
    private static readonly Dictionary<string, (string Provider, string Client)> Parties =
        new Dictionary<string, (string, string)>(StringComparer.Ordinal)
        {
            ["pt/saas"] = ("CONTRATADA", "CONTRATANTE"),
            ["pt/outsourcing"] = ("PRESTADORA", "TOMADORA"),
            ["pt/staffing"] = ("EMPRESA PRESTADORA", "TOMADORA"),
            ["pt/lease"] = ("LOCADORA", "LOCATÁRIA"),
            ["pt/supply"] = ("FORNECEDORA", "COMPRADORA"),
            ["pt/consulting"] = ("CONSULTORA", "CLIENTE"),
            ["pt/logistics"] = ("TRANSPORTADORA", "EMBARCADORA"),
            ["pt/marketing"] = ("AGÊNCIA", "ANUNCIANTE"),
            ["pt/health"] = ("CONTRATADA", "INSTITUIÇÃO"),
            ["pt/nda"] = ("RECEPTORA", "REVELADORA"),
            ["pt/licence"] = ("LICENCIANTE", "LICENCIADA"),
            ["pt/maintenance"] = ("MANTENEDORA", "PROPRIETÁRIA"),
            ["en/saas"] = ("Provider", "Customer"),
            ["en/outsourcing"] = ("Supplier", "Company"),
            ["en/staffing"] = ("Agency", "Host Company"),
            ["en/lease"] = ("Landlord", "Tenant"),
            ["en/supply"] = ("Seller", "Buyer"),
            ["en/consulting"] = ("Consultant", "Client"),
            ["en/logistics"] = ("Carrier", "Shipper"),
            ["en/marketing"] = ("Agency", "Advertiser"),
            ["en/health"] = ("Service Provider", "Institution"),
            ["en/nda"] = ("Recipient", "Discloser"),
            ["en/licence"] = ("Licensor", "Licensee"),
            ["en/maintenance"] = ("Contractor", "Owner"),
        };

    public static (string Provider, string Client) Roles(string language, string type) =>
        Parties.TryGetValue(language + "/" + type, out var roles)
            ? roles
            : throw new InvalidDataException($"No roles for the contract type '{language}/{type}'.");

    public static bool Allows(string type, string topic) => !Excluded.TryGetValue(type, out var topics) || !topics.Contains(topic);
}
