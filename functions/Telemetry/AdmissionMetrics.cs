using System.Diagnostics.Metrics;

namespace AgentFunctions.Telemetry;

/// <summary>How much of the admission is in use, told once a minute by the process whose turn it is.</summary>
internal static class AdmissionMetrics
{
    private static readonly Gauge<long> Usage = TelemetryNames.Metrics.CreateGauge<long>(
        "agentfunctions.admission.slots.usage", "{slot}", "Slots that runs hold.");

    private static readonly Gauge<long> Limit = TelemetryNames.Metrics.CreateGauge<long>(
        "agentfunctions.admission.slots.limit", "{slot}", "Slots that there are.");

    private static readonly Gauge<double> Utilization = TelemetryNames.Metrics.CreateGauge<double>(
        "agentfunctions.admission.slots.utilization", "1", "The part of the slots that runs hold; above 1 where the limit was lowered.");

    /// <summary>Shows the slots.</summary>
    /// <param name="taken">How many runs hold.</param>
    /// <param name="total">How many there are.</param>
    public static void Show(int taken, int total)
    {
        Usage.Record(taken);
        Limit.Record(total);
        Utilization.Record((double)taken / total);
    }
}
