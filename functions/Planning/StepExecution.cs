using AgentFunctions.Agents;
using AgentFunctions.Approvals;
using AgentFunctions.Runs;
using AgentFunctions.Tools;
using Microsoft.DurableTask;

namespace AgentFunctions.Planning;

/// <summary>Executes one step of any kind. Orchestrator code; what a step throws becomes its recorded failure.</summary>
public static class StepExecution
{
    /// <summary>Executes a step.</summary>
    /// <param name="context">The orchestration.</param>
    /// <param name="run">Its run.</param>
    /// <param name="step">The step.</param>
    /// <param name="questions">The plan's approval steps.</param>
    public static Task<StepOutcome> RunAsync(
        TaskOrchestrationContext context, RunHeader run, PlanNode step, OpenQuestions questions) =>
        StepFailures.RecordAsync(context, run.RunId, step.Id, () => step.Kind switch
        {
            StepKind.Tool => context.CallActivityAsync<StepOutcome>(
                nameof(ToolActivities.RunToolStep), new StepAddress(run.RunId, step.Id), Activities.Retried),
            StepKind.Agent => LoopAsync(context, run, step.Id),
            StepKind.FanOut => FanOut.RunAsync(context, run, step),
            StepKind.Approval => questions.ApproveAsync(step.Id),
            _ => throw new InvalidOperationException($"Unknown kind of step '{step.Kind}'."),
        });

    /// <summary>Runs an agent's loop as a sub-orchestration.</summary>
    /// <param name="context">The orchestration.</param>
    /// <param name="run">Its run.</param>
    /// <param name="stepId">The step.</param>
    public static Task<StepOutcome> LoopAsync(TaskOrchestrationContext context, RunHeader run, string stepId) =>
        context.CallSubOrchestratorAsync<StepOutcome>(
            nameof(AgentLoop),
            new LoopInput(run, stepId),
            new SubOrchestrationOptions { InstanceId = $"{run.RunId}.{stepId}" });
}
