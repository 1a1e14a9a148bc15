using System.Diagnostics.Metrics;
using AgentFunctions.Queue;
using AgentFunctions.Telemetry;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Telemetry;

/// <summary>How much of the admission is in use.</summary>
public class AdmissionMetricsTests
{
    /// <summary>The meter is the process's: what other apps show in it meanwhile is not this test's.</summary>
    private static readonly AsyncLocal<bool> IsOwn = new();

    [Fact]
    public async Task The_slots_that_runs_hold_are_shown_beside_those_that_there_are()
    {
        var pack = new TestPack().React("worker", "tools: [write]", """
              - when: turn == 1
                calls: [{tool: write, args: '{"text":"x"}'}]
              - text: done
            """);
        await using var app = await RuntimeApp.StartAsync(pack, folder: null, "--Admission:Total=8");
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return call.Text;
        };
        var runs = await Task.WhenAll(app.RunAsync(new { agent = "worker", goal = "a" }), app.RunAsync(new { agent = "worker", goal = "b" }));
        await RuntimeApp.UntilAsync(() => gate.Arrived == 2);
        var seen = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = Listen(seen);

        IsOwn.Value = true;
        await app.Service<SlotReconciliation>().RunAsync(TimeSpan.FromHours(1), app.Client, RuntimeApp.Ended);
        IsOwn.Value = false;
        gate.Open();
        await Task.WhenAll(runs.Select(app.EndAsync));

        Assert.Equal((2, 8, 0.25), (
            seen["agentfunctions.admission.slots.usage"], seen["agentfunctions.admission.slots.limit"], seen["agentfunctions.admission.slots.utilization"]));
    }

    private static MeterListener Listen(Dictionary<string, double> seen)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == TelemetryNames.Source && instrument.Name.StartsWith("agentfunctions.admission.", StringComparison.Ordinal))
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => See(instrument, value));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => See(instrument, value));
        listener.Start();
        return listener;

        void See(Instrument instrument, double value)
        {
            if (IsOwn.Value)
            {
                seen[instrument.Name] = value;
            }
        }
    }
}
