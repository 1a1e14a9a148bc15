using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using AgentFunctions.Agents;
using AgentFunctions.Approvals;
using AgentFunctions.Audit;
using AgentFunctions.Policies.Data;
using AgentFunctions.Policies.Http;
using AgentFunctions.Yaml;

namespace AgentFunctions.Policies;

/// <summary>A policy as it was read, with the places of the names in it that must exist elsewhere.</summary>
/// <param name="Snapshot">The policy.</param>
/// <param name="Place">The document.</param>
/// <param name="Tools">Where tools are named without a wildcard.</param>
/// <param name="Agents">Where agents are named without a wildcard.</param>
internal sealed record ReadPolicy(
    PolicySnapshot Snapshot, YamlValue Place, IReadOnlyList<YamlValue> Tools, IReadOnlyList<YamlValue> Agents);

/// <summary>Reads a policy from YAML. Whether its tools and agents exist is not its business.</summary>
internal sealed class PolicyReader
{
    private const int MaxPattern = 128;

    private readonly List<YamlValue> tools = [];
    private readonly List<YamlValue> agents = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    private PolicyReader()
    {
    }

    /// <summary>Reads a policy.</summary>
    /// <param name="document">The file's content.</param>
    /// <exception cref="DefinitionException">A field is missing, unknown, or wrong.</exception>
    public static ReadPolicy Read(YamlValue document) => new PolicyReader().ReadDocument(document);

    private ReadPolicy ReadDocument(YamlValue document)
    {
        var fields = document.Object();
        var policy = new Policy
        {
            Name = fields.Required("name").Name(),
            Description = fields.Optional("description")?.Description() ?? "",
            Tools = Rules(fields.Optional("tools"), ToolRule),
            Arguments = Rules(fields.Optional("arguments"), ArgumentRule),
            Http = Rules(fields.Optional("http"), HttpRule),
            Data = Rules(fields.Optional("data"), DataRule),
            Spend = Rules(fields.Optional("spend"), SpendRule),
            Spawn = Rules(fields.Optional("spawn"), SpawnRule),
        };
        fields.RefuseOthers();
        var declared = document.ToJson()!.AsObject();
        var hash = Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Write(declared)));
        return new ReadPolicy(new PolicySnapshot(policy, declared, hash, document.File), document, tools, agents);
    }

    private ToolRule ToolRule(string name, YamlObject rule, YamlValue place)
    {
        var read = new ToolRule(Agents(rule), Tools(rule.Optional("allow")), Tools(rule.Optional("deny"))) { Name = name };
        rule.RefuseOthers();
        return read.Allow.Count + read.Deny.Count > 0 ? read : throw place.Error("A tool rule allows tools, or denies tools, or both.");
    }

    private ArgumentRule ArgumentRule(string name, YamlObject rule, YamlValue place) =>
        new(Agents(rule), Tool(rule.Required("tool")), ConstraintSchemaReader.Read(rule.Required("schema"))) { Name = name };

    private HttpRule HttpRule(string name, YamlObject rule, YamlValue place)
    {
        var read = new HttpRule(
            Agents(rule), Destinations(rule.Optional("allow")), Destinations(rule.Optional("deny")), Addresses(rule.Optional("private"))) { Name = name };
        rule.RefuseOthers();
        return read switch
        {
            { Allow.Count: 0, Deny.Count: 0 } => throw place.Error("An HTTP rule allows destinations, or denies destinations, or both."),
            { Allow.Count: 0, Private.Count: > 0 } => throw place.Error("Private addresses are named for what the same rule allows."),
            _ => read,
        };
    }

    private static IReadOnlyList<Destination> Destinations(YamlValue? list) => [.. (list?.List() ?? []).Select(Destination.Read)];

    private static IReadOnlyList<IPNetwork> Addresses(YamlValue? list) => [.. (list?.List() ?? []).Select(value =>
        IPNetwork.TryParse(value.Text(), out var range) ? Whole(value, range)
        : IPAddress.TryParse(value.Text(), out var address) ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
        : throw value.Error("It is neither an IP address nor a range of them, such as 10.1.0.0/16."))];

    /// <summary>A range that begins within itself may have been meant as one address.</summary>
    private static IPNetwork Whole(YamlValue value, IPNetwork range) => IPAddress.Parse(value.Text().Split('/')[0]).Equals(range.BaseAddress)
        ? range
        : throw value.Error($"The range begins at {range.BaseAddress}; write {range}, or the address alone.");

    private static DataRule DataRule(string name, YamlObject rule, YamlValue place)
    {
        var patterns = (rule.Optional("patterns")?.List() ?? []).Select(pattern =>
            Detectors.BuiltIn.TryGetValue(pattern.Text(), out var detector)
                ? detector
                : throw pattern.Error($"'{pattern.Text()}' is unknown; it is one of {string.Join(", ", Detectors.BuiltIn.Keys)}."));
        var regexes = (rule.Optional("regex")?.List() ?? []).Select(regex =>
            Detectors.Of(name, SafeRegex.Read(regex, regex.Text(), RegexOptions.None)));
        var targets = rule.Required("in");
        var read = new DataRule(
            [.. patterns, .. regexes],
            [.. targets.List().Select(target => target.OneOf(
                ("logs", DataTarget.Logs), ("audit", DataTarget.Audit), ("prompts", DataTarget.Prompts), ("results", DataTarget.Results)))],
            rule.Optional("action")?.OneOf(("redact", DataAction.Redact), ("deny", DataAction.Deny)) ?? DataAction.Redact) { Name = name };
        rule.RefuseOthers();
        return read switch
        {
            { Detectors.Count: 0 } => throw place.Error("A data rule names patterns, or has a regex, or both."),
            { In.Count: 0 } => throw targets.Error("It names at least one place."),
            { Action: DataAction.Deny } when read.In.Any(target => target != DataTarget.Results) =>
                throw targets.Error("Only results can be denied; from the other places data is redacted."),
            _ => read,
        };
    }

    private SpendRule SpendRule(string name, YamlObject rule, YamlValue place)
    {
        var amount = rule.Optional("amount");
        var read = new SpendRule(
            Agents(rule),
            Tool(rule.Required("tool")),
            amount?.Text(),
            rule.Optional("approvalAboveUsd")?.Decimal(0, 1_000_000_000),
            rule.Optional("denyAboveUsd")?.Decimal(0, 1_000_000_000),
            rule.Optional("approval") is { } terms ? ApprovalTermsReader.Terms(terms) : new ApprovalTerms()) { Name = name };
        rule.RefuseOthers();
        return read switch
        {
            _ when read.Amount?.Split('.').Contains("", StringComparer.Ordinal) == true =>
                throw amount!.Error("It names an argument, with dots into objects, such as payment.amountUsd."),
            { ApprovalAboveUsd: null, DenyAboveUsd: null } => throw place.Error("A spend rule says approvalAboveUsd, or denyAboveUsd, or both."),
            { ApprovalAboveUsd: null } when rule.Optional("approval") is { } unused =>
                throw unused.Error("The terms of an approval stand with approvalAboveUsd."),
            { ApprovalAboveUsd: { } asked, DenyAboveUsd: { } denied } when denied <= asked =>
                throw place.Error("What is denied anyway needs no approval: denyAboveUsd must be more than approvalAboveUsd."),
            _ => read,
        };
    }

    private SpawnRule SpawnRule(string name, YamlObject rule, YamlValue place)
    {
        var read = new SpawnRule(
            Agents(rule),
            rule.Optional("maxDepth")?.Int(0, 16),
            rule.Optional("maxFanOut")?.Int(0, 10_000),
            rule.Optional("maxChildren")?.Int(0, 1_000_000)) { Name = name };
        rule.RefuseOthers();
        return read is { MaxDepth: null, MaxFanOut: null, MaxChildren: null }
            ? throw place.Error("A spawn rule bounds maxDepth, maxFanOut or maxChildren.")
            : read;
    }

    private List<T> Rules<T>(YamlValue? list, Func<string, YamlObject, YamlValue, T> read) =>
        [.. (list?.List() ?? []).Select(place =>
        {
            var fields = place.Object();
            var name = fields.Required("name");
            if (!names.Add(name.Name()))
            {
                throw name.Error($"'{name.Text()}' is the name of another rule of this policy; denials are told apart by it.");
            }

            var rule = read(name.Text(), fields, place);
            fields.RefuseOthers();
            return rule;
        })];

    private IReadOnlyList<Wildcard> Agents(YamlObject rule) =>
        [.. (rule.Optional("agents")?.List() ?? []).Select(name => Pattern(name, agents))];

    private IReadOnlyList<Wildcard> Tools(YamlValue? list) => list switch
    {
        null => [],
        _ when list.List() is { Count: > 0 } names => [.. names.Select(Tool)],
        _ => throw list.Error("It names at least one tool; leave it out otherwise."),
    };

    private Wildcard Tool(YamlValue name) => Pattern(name, tools);

    private static Wildcard Pattern(YamlValue place, List<YamlValue> exact)
    {
        var pattern = new Wildcard(place.Text());
        if (pattern.Pattern.Length > MaxPattern || !pattern.Pattern.All(IsOfPattern))
        {
            throw place.Error($"A name is {Identifiers.Rule}; '*' stands for any characters of it and '?' for one.");
        }

        if (pattern.IsExact)
        {
            exact.Add(place);
        }

        return pattern;
    }

    private static bool IsOfPattern(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' or '*' or '?';
}
