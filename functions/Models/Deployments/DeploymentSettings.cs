using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Models.Deployments;

/// <summary>How deployments share, slow down, rest and come back.</summary>
/// <param name="Shares">The part of each deployment's limits that is kept for a priority, above 0, together 1. Settings <c>Models:Shares:Urgent</c>, <c>:Normal</c>, <c>:Batch</c> in percent, default 60, 30 and 10.</param>
/// <param name="Burst">How much of a limit may be saved up for calls that come at once. Setting <c>Models:Deployments:BurstSeconds</c>, default 2.</param>
/// <param name="Recovery">How long a rate takes from nothing to the full limit. Setting <c>Models:Deployments:RecoverySeconds</c>, default 120.</param>
/// <param name="FailuresToOpen">Failed calls in a row after which a deployment is left alone. Setting <c>Models:Deployments:FailuresToOpen</c>, default 5.</param>
/// <param name="Break">For how long at first; it doubles with each probe that fails. Setting <c>Models:Deployments:BreakSeconds</c>, default 15.</param>
/// <param name="LongestBreak">The longest of them. Setting <c>Models:Deployments:LongestBreakSeconds</c>, default 300.</param>
/// <param name="Outage">How long a call waits for deployments that all fail before it fails as well. Setting <c>Models:Deployments:OutageSeconds</c>, default 600.</param>
/// <param name="CallTimeout">Longest that a call may take; that long a probe keeps others from probing. Setting <c>Models:TimeoutSeconds</c>, default 120.</param>
internal sealed record DeploymentSettings(
    ByPriority<double> Shares,
    TimeSpan Burst,
    TimeSpan Recovery,
    int FailuresToOpen,
    TimeSpan Break,
    TimeSpan LongestBreak,
    TimeSpan Outage,
    TimeSpan CallTimeout)
{
    private const double Percent = 100;

    /// <summary>The defaults.</summary>
    public static DeploymentSettings Default { get; } = new(
        new(0.6, 0.3, 0.1),
        Burst: TimeSpan.FromSeconds(2),
        Recovery: TimeSpan.FromSeconds(120),
        FailuresToOpen: 5,
        Break: TimeSpan.FromSeconds(15),
        LongestBreak: TimeSpan.FromSeconds(300),
        Outage: TimeSpan.FromSeconds(600),
        CallTimeout: TimeSpan.FromSeconds(120));

    /// <summary>The longest that anyone is told to wait for a rate before they ask again: what was left by calls that never came is found by then.</summary>
    public TimeSpan Horizon { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Reads the settings.</summary>
    /// <param name="configuration">The app's configuration.</param>
    /// <exception cref="InvalidOperationException">A value is wrong; the message names the setting.</exception>
    public static DeploymentSettings Read(IConfiguration configuration)
    {
        var shares = Priorities.Each(priority => Number(configuration, $"Models:Shares:{priority}", 1, 98, Default.Shares[priority] * Percent));
        if (Math.Abs(shares.Urgent + shares.Normal + shares.Batch - Percent) > 1e-6)
        {
            throw new InvalidOperationException("The settings Models:Shares:Urgent, :Normal and :Batch are percentages that make 100 together.");
        }

        var read = new DeploymentSettings(
            Priorities.Each(priority => shares[priority] / Percent),
            Seconds(configuration, "Models:Deployments:BurstSeconds", 0.1, 60, Default.Burst),
            Seconds(configuration, "Models:Deployments:RecoverySeconds", 1, 86_400, Default.Recovery),
            (int)Number(configuration, "Models:Deployments:FailuresToOpen", 1, 1_000, Default.FailuresToOpen),
            Seconds(configuration, "Models:Deployments:BreakSeconds", 0.1, 3_600, Default.Break),
            Seconds(configuration, "Models:Deployments:LongestBreakSeconds", 0.1, 86_400, Default.LongestBreak),
            Seconds(configuration, "Models:Deployments:OutageSeconds", 0, 86_400, Default.Outage),
            ModelSettings.Read(configuration).Timeout);
        return read.LongestBreak >= read.Break
            ? read
            : throw new InvalidOperationException("The setting Models:Deployments:LongestBreakSeconds is not below Models:Deployments:BreakSeconds.");
    }

    private static TimeSpan Seconds(IConfiguration configuration, string key, double least, double most, TimeSpan otherwise) =>
        TimeSpan.FromSeconds(Number(configuration, key, least, most, otherwise.TotalSeconds));

    private static double Number(IConfiguration configuration, string key, double least, double most, double otherwise) =>
        SettingNumbers.Read(key, configuration[key] is { Length: > 0 } text ? text : null, least, most) ?? otherwise;
}
