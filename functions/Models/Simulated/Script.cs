using AgentFunctions.Agents;
using AgentFunctions.Yaml;

namespace AgentFunctions.Models.Simulated;

/// <summary>What the simulated model answers for one agent.</summary>
/// <param name="Agent">The agent's name.</param>
/// <param name="Place">The file.</param>
/// <param name="Change">What it changes of the configured simulation.</param>
/// <param name="Plan">The answer to a request for a plan.</param>
/// <param name="WrapUp">The answer to a request to sum up before a pause.</param>
/// <param name="Act">The turns of the reason-act loop; the first whose condition holds is taken.</param>
internal sealed record Script(string Agent, YamlValue Place, SimulationChange Change, ScriptTemplate? Plan, ScriptTemplate? WrapUp, IReadOnlyList<ScriptTurn> Act)
{
    /// <summary>Reads a script.</summary>
    /// <param name="document">The file's content.</param>
    /// <exception cref="DefinitionException">A field is missing, unknown, or wrong.</exception>
    public static Script Read(YamlValue document)
    {
        var fields = document.Object();
        var agent = fields.Required("agent");
        var script = new Script(
            Identifiers.IsValid(agent.Text()) ? agent.Text() : throw agent.Error($"A name is {Identifiers.Rule}."),
            document,
            fields.Optional("simulated") is { } change ? ReadChange(change) : new SimulationChange(),
            fields.Optional("plan") is { } plan ? ScriptTemplate.Of(plan) : null,
            fields.Optional("wrapUp") is { } wrapUp ? ScriptTemplate.Of(wrapUp) : null,
            [.. (fields.Optional("act")?.List() ?? []).Select(ScriptTurn.Read)]);
        fields.RefuseOthers();
        return script is { Plan: null, Act.Count: 0 }
            ? throw new DefinitionException(document.File, document.Line, "act", "A script has a plan, or turns to act, or both.")
            : script;
    }

    private static SimulationChange ReadChange(YamlValue value)
    {
        var fields = value.Object();
        var change = new SimulationChange(
            fields.Optional("latencyMs")?.Int(0, 600_000),
            Rate(fields.Optional("errorRate")),
            Rate(fields.Optional("rateLimitRate")),
            Rate(fields.Optional("badJsonRate")));
        fields.RefuseOthers();
        return change;
    }

    private static double? Rate(YamlValue? value) => (double?)value?.Decimal(0, 1);
}

/// <summary>One turn: a text, tool calls, or both.</summary>
/// <param name="When">When it is taken; <see langword="null"/>: always.</param>
/// <param name="Text">What it says.</param>
/// <param name="Calls">What it calls.</param>
internal sealed record ScriptTurn(ScriptTemplate? When, ScriptTemplate? Text, IReadOnlyList<ScriptCall> Calls)
{
    /// <summary>Reads a turn.</summary>
    /// <param name="value">The turn.</param>
    /// <exception cref="DefinitionException">A field is missing, unknown, or wrong.</exception>
    public static ScriptTurn Read(YamlValue value)
    {
        var fields = value.Object();
        var turn = new ScriptTurn(
            fields.Optional("when") is { } when ? ScriptTemplate.Condition(when) : null,
            fields.Optional("text") is { } text ? ScriptTemplate.Of(text) : null,
            [.. (fields.Optional("calls")?.List() ?? []).Select(ScriptCall.Read)]);
        fields.RefuseOthers();
        return turn is { Text: null, Calls.Count: 0 } ? throw value.Error("A turn has a text, or calls, or both.") : turn;
    }
}

/// <summary>One tool call of a turn.</summary>
/// <param name="Tool">The tool's name.</param>
/// <param name="Args">Renders a JSON object.</param>
internal sealed record ScriptCall(string Tool, ScriptTemplate Args)
{
    /// <summary>Reads a call.</summary>
    /// <param name="value">The call.</param>
    /// <exception cref="DefinitionException">A field is missing, unknown, or wrong.</exception>
    public static ScriptCall Read(YamlValue value)
    {
        var fields = value.Object();
        var call = new ScriptCall(fields.Required("tool").Text(), ScriptTemplate.Of(fields.Required("args")));
        fields.RefuseOthers();
        return call;
    }
}
