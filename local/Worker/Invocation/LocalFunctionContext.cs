using AgentFunctions.Local.Worker.Discovery;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Local.Worker.Invocation;

internal sealed class LocalFunctionContext(
    LocalFunction function,
    IServiceProvider services,
    IReadOnlyDictionary<string, object?> bindingData,
    TraceContext traceContext,
    CancellationToken cancellationToken) : FunctionContext
{
    public LocalFunction Function { get; } = function;

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => Function.Definition.Id;

    public override TraceContext TraceContext { get; } = traceContext;

    public override BindingContext BindingContext { get; } = new LocalBindingContext(bindingData);

    public override RetryContext RetryContext { get; } = NoRetry.Instance;

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override FunctionDefinition FunctionDefinition => Function.Definition;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new InvocationFeatures();

    public override CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>The value of the trigger's parameter, as the trigger hands it over.</summary>
    public object? TriggerValue { get; init; }

    /// <summary>Runs the function's code; within the invocation when null.</summary>
    public Func<Func<Task<object?>>, Task<object?>>? RunCode { get; init; }

    public object? Result { get; set; }

    public static LocalFunctionContext Of(FunctionContext context) => context as LocalFunctionContext
        ?? throw new InvalidOperationException($"The invocation '{context.InvocationId}' does not belong to this host.");

    private sealed class LocalBindingContext(IReadOnlyDictionary<string, object?> data) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData { get; } = data;
    }

    private sealed class NoRetry : RetryContext
    {
        public static readonly NoRetry Instance = new();

        public override int RetryCount => 0;

        public override int MaxRetryCount => 0;
    }
}
