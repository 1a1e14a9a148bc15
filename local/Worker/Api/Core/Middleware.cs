namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>Runs the rest of an invocation.</summary>
/// <param name="context">The invocation.</param>
public delegate Task FunctionExecutionDelegate(FunctionContext context);

/// <summary>A step around every invocation.</summary>
public interface IFunctionsWorkerMiddleware
{
    /// <summary>Runs the step.</summary>
    /// <param name="context">The invocation.</param>
    /// <param name="next">Runs the rest of the invocation.</param>
    Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
}
