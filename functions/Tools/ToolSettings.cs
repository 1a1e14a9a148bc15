using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Tools;

/// <summary>Settings of the tools.</summary>
/// <param name="Timeout">Longest that one attempt may take.</param>
/// <param name="Timeouts">The same for single tools.</param>
/// <param name="Faults">For each tool that fails on purpose, the part of its calls that do.</param>
/// <param name="Seed">Changes which calls fail on purpose.</param>
/// <param name="Circuit">When a tool that keeps failing is left alone.</param>
internal sealed record ToolSettings(
    TimeSpan Timeout,
    IReadOnlyDictionary<string, TimeSpan> Timeouts,
    IReadOnlyDictionary<string, double> Faults,
    int Seed,
    ToolCircuitSettings Circuit)
{
    private const double DefaultTimeoutSeconds = 60;
    private const double LongestTimeoutSeconds = 86_400;
    private const double ShortestCircuitSeconds = 0.5;

    /// <summary>Reads the settings of section <c>Tools</c>.</summary>
    /// <param name="configuration">The app's configuration.</param>
    /// <exception cref="InvalidOperationException">A value is no number, or out of range.</exception>
    public static ToolSettings Read(IConfiguration configuration) => new(
        Seconds(configuration.GetSection("Tools:TimeoutSeconds")) ?? TimeSpan.FromSeconds(DefaultTimeoutSeconds),
        PerTool(configuration, "Tools:Timeouts", section => Seconds(section)!.Value),
        PerTool(configuration, "Tools:Faults", section => Number(section, 0, 1)!.Value),
        (int)(Number(configuration.GetSection("Tools:Seed"), int.MinValue, int.MaxValue) ?? 0),
        ReadCircuit(configuration));

    /// <summary>Refuses settings of tools that do not exist, which would silently do nothing.</summary>
    /// <param name="exists">Whether a tool exists.</param>
    /// <exception cref="InvalidOperationException">A setting names an unknown tool.</exception>
    public void Check(Func<string, bool> exists)
    {
        foreach (var (section, name) in Timeouts.Keys.Select(name => ("Tools:Timeouts", name)).Concat(Faults.Keys.Select(name => ("Tools:Faults", name))))
        {
            if (!exists(name))
            {
                throw new InvalidOperationException($"The setting {section}:{name} names a tool that does not exist.");
            }
        }
    }

    private static ToolCircuitSettings ReadCircuit(IConfiguration configuration)
    {
        var circuit = configuration.GetSection("Tools:Circuit");
        var defaults = ToolCircuitSettings.Default;
        return new ToolCircuitSettings(
            Number(circuit.GetSection("FailureRatio"), 0.01, 1) ?? defaults.FailureRatio,
            (int)(Number(circuit.GetSection("MinimumCalls"), 2, int.MaxValue) ?? defaults.MinimumCalls),
            Seconds(circuit.GetSection("SamplingSeconds"), ShortestCircuitSeconds) ?? defaults.Sampling,
            Seconds(circuit.GetSection("BreakSeconds"), ShortestCircuitSeconds) ?? defaults.Break);
    }

    private static Dictionary<string, T> PerTool<T>(IConfiguration configuration, string path, Func<IConfigurationSection, T> read) =>
        configuration.GetSection(path).GetChildren().ToDictionary(section => section.Key, read, StringComparer.Ordinal);

    private static TimeSpan? Seconds(IConfigurationSection section, double least = 0.001) =>
        Number(section, least, LongestTimeoutSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static double? Number(IConfigurationSection section, double least, double most) =>
        SettingNumbers.Read(section.Path, section.Value, least, most);
}
