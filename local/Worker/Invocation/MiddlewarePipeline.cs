using Microsoft.Azure.Functions.Worker.Middleware;

namespace AgentFunctions.Local.Worker.Invocation;

/// <summary>The app's middleware, outermost first.</summary>
internal sealed class MiddlewarePipeline(IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware)
{
    public FunctionExecutionDelegate Around(FunctionExecutionDelegate innermost) =>
        middleware.Reverse().Aggregate(innermost, (next, wrap) => wrap(next));
}
