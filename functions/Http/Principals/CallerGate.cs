using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Requests;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace AgentFunctions.Http.Principals;

/// <summary>Finds out who calls before any HTTP function runs, whichever it is, and lets nobody in who cannot be told.</summary>
internal sealed class CallerGate(Callers callers) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is { } http && !OpenFunctions.Reasons.ContainsKey(context.FunctionDefinition.Name))
        {
            try
            {
                http.Features.Set(callers.Identify(http.Request));
            }
            catch (RequestRefusedException refused)
            {
                context.GetInvocationResult().Value = Answer.Problem(refused);
                return;
            }
        }

        await next(context);
    }
}
