using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace AgentFunctions.Telemetry;

/// <summary>
/// The spans of invocations: of requests that may change something, and of the activities of runs. An activity's span belongs to its run's,
/// whatever has called it. Orchestrators and entities have none: they are replayed, and a run has a span of its own. Nor has a batch of
/// messages: each message has one, see <see cref="QueueSpans"/>.
/// </summary>
/// <param name="traces">The traces of runs.</param>
/// <param name="settings">Who records requests.</param>
internal sealed class InvocationTracing(RunTraces traces, TelemetrySettings settings) : IFunctionsWorkerMiddleware
{
    private const string InstanceId = "instanceId";

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (!TelemetryNames.Spans.HasListeners())
        {
            await next(context);
            return;
        }

        // Begun here and not in a method of its own that awaits: what that makes current ends with it.
        var planned = await PlanAsync(context);
        using var span = planned is null ? null : Begin(planned);
        try
        {
            await next(context);
            if (span is not null && context.GetHttpContext() is { } http)
            {
                span.SetTag("http.response.status_code", http.Response.StatusCode);
            }
        }
        catch (Exception error)
        {
            span?.SetStatus(ActivityStatusCode.Error).SetTag(TelemetryNames.ErrorType, error.GetType().FullName);
            throw;
        }
    }

    private async Task<Planned?> PlanAsync(FunctionContext context)
    {
        var trigger = context.FunctionDefinition.InputBindings.Values
            .FirstOrDefault(binding => binding.Type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase))?.Type.ToUpperInvariant();
        var name = context.FunctionDefinition.Name;
        switch (trigger)
        {
            case "ACTIVITYTRIGGER" when context.BindingContext.BindingData.GetValueOrDefault(InstanceId) is string instanceId
                && await traces.FindAsync(instanceId, context.CancellationToken) is { } trace:
                return new Planned(
                    $"activity {name}", ActivityKind.Internal, trace.Own, name, [.. trace.Tags(), new(TelemetryNames.SpanKind, "CHAIN")]);
            case "HTTPTRIGGER" when context.GetHttpContext() is { } http && !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method):
                return new Planned(
                    $"{http.Request.Method} {name}",
                    settings.IsRequestOfHost ? ActivityKind.Internal : ActivityKind.Server,
                    Cause(context),
                    name,
                    [new("http.request.method", http.Request.Method), new("url.path", http.Request.Path.Value)]);
            default:
                return null;
        }
    }

    private static Activity? Begin(Planned planned)
    {
        // What is current may be a span that nobody exports; as a parent, it would be missing from the trace.
        Activity.Current = null;
        return TelemetryNames.Spans.StartActivity(planned.Name, planned.Kind, planned.Parent, planned.Tags)?.SetTag("faas.name", planned.Function);
    }

    private static ActivityContext Cause(FunctionContext context)
    {
        for (var span = Activity.Current; span is not null; span = span.Parent)
        {
            if (span.Source.HasListeners())
            {
                return span.Context;
            }

            if (span.Parent is null && span.ParentSpanId != default)
            {
                return new ActivityContext(span.TraceId, span.ParentSpanId, span.ActivityTraceFlags, span.TraceStateString, isRemote: true);
            }
        }

        return Activity.Current is null
            && ActivityContext.TryParse(context.TraceContext.TraceParent, context.TraceContext.TraceState, isRemote: true, out var cause)
                ? cause
                : default;
    }

    private sealed record Planned(
        string Name, ActivityKind Kind, ActivityContext Parent, string Function, IEnumerable<KeyValuePair<string, object?>> Tags);
}
