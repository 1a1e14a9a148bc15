using System.Collections.Concurrent;
using System.Diagnostics;
using AgentFunctions.Local.Worker.Discovery;
using AgentFunctions.Local.Worker.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Local.Worker.Invocation;

/// <summary>Runs functions: a scope of services, a span and the app's middleware around each invocation.</summary>
internal sealed class FunctionInvoker
{
    private static readonly ActivitySource Source = new("Microsoft.Azure.Functions.Worker");

    private readonly ConcurrentDictionary<LocalFunction, MethodCall> calls = new();
    private readonly IServiceScopeFactory scopes;
    private readonly IHostApplicationLifetime lifetime;
    private readonly ILogger logger;
    private readonly TimeSpan? timeout;
    private readonly FunctionExecutionDelegate pipeline;

    public FunctionInvoker(
        MiddlewarePipeline middleware,
        HostJson hostJson,
        IServiceScopeFactory scopes,
        IHostApplicationLifetime lifetime,
        ILoggerFactory loggers)
    {
        this.scopes = scopes;
        this.lifetime = lifetime;
        timeout = hostJson.FunctionTimeout;
        logger = loggers.CreateLogger("Microsoft.Azure.Functions.Worker");
        pipeline = middleware.Around(ExecuteAsync);
    }

    /// <summary>Invokes a function, and then, still within its scope of services, what uses its result.</summary>
    public async Task<object?> InvokeAsync(Invocation invocation, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            cancellation, invocation.StopsWithHost ? lifetime.ApplicationStopping : CancellationToken.None);
        if (timeout is { } limit && invocation.HasTimeout)
        {
            stop.CancelAfter(limit);
        }

        using var activity = Source.StartActivity("Invoke", ActivityKind.Server, Activity.Current?.Context ?? invocation.Cause);
        await using var scope = scopes.CreateAsyncScope();
        var context = new LocalFunctionContext(
            invocation.Function,
            scope.ServiceProvider,
            invocation.BindingData,
            new ActivityTraceContext(activity ?? Activity.Current, invocation.Cause),
            stop.Token)
        {
            TriggerValue = invocation.TriggerValue,
            RunCode = invocation.RunCode,
        };
        activity?.SetTag("faas.name", invocation.Function.Name).SetTag("faas.invocation_id", context.InvocationId);
        using var logScope = logger.BeginScope(new Dictionary<string, object>
        {
            ["AzureFunctions_FunctionName"] = invocation.Function.Name,
            ["AzureFunctions_InvocationId"] = context.InvocationId,
        });
        try
        {
            invocation.Prepare?.Invoke(context);
            await pipeline(context);
            if (invocation.Complete is { } complete)
            {
                await complete(context);
            }

            return context.Result;
        }
        catch (Exception error)
        {
            activity?.SetStatus(ActivityStatusCode.Error, error.Message);
            throw;
        }
    }

    private async Task ExecuteAsync(FunctionContext context)
    {
        var local = LocalFunctionContext.Of(context);
        var function = local.Function;
        var arguments = new object?[function.Binders.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = await function.Binders[i].Bind(local);
        }

        var instance = function.Method.IsStatic ? null : CreateInstance(function.Method.DeclaringType!, context);
        var call = calls.GetOrAdd(function, static found => new MethodCall(found.Method));
        local.Result = local.RunCode is { } run
            ? await run(async () => await call.InvokeAsync(instance, arguments))
            : await call.InvokeAsync(instance, arguments);
    }

    private static object CreateInstance(Type type, FunctionContext context) =>
        context.InstanceServices.GetService<IFunctionActivator>()?.CreateInstance(type, context)
        ?? ActivatorUtilities.CreateInstance(context.InstanceServices, type);
}
