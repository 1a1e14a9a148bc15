using AgentFunctions.Agents;
using AgentFunctions.Approvals;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
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
            StepKind.Tool => ToolAsync(context, run, step.Id, questions),
            StepKind.Agent => StartedAsync(run, step, questions, () => LoopAsync(context, run, step.Id)),
            StepKind.FanOut => StartedAsync(run, step, questions, () => FanOut.RunAsync(context, run, step)),
            StepKind.Approval => ApproveAsync(run, step.Id, questions),
            _ => throw new InvalidOperationException($"Unknown kind of step '{step.Kind}'."),
        });

    /// <summary>The call says itself whether a human has to decide first, because only then its arguments are known.</summary>
    private static async Task<StepOutcome> ToolAsync(TaskOrchestrationContext context, RunHeader run, string stepId, OpenQuestions questions)
    {
        var step = new ToolStep(run.RunId, stepId);
        var end = await context.CallActivityAsync<ToolStepEnd>(nameof(ToolActivities.RunToolStep), step, Activities.Retried);
        if (end.QuestionHash is not { } question)
        {
            return end.Outcome!;
        }

        var decision = await questions.DecideAsync(
            ApprovalAsk.OfCall(run.RunId, stepId, ToolStep.Key(stepId), context.InstanceId, question), nameof(DecisionActivities.DecideStart));
        return decision.Outcome ?? (await context.CallActivityAsync<ToolStepEnd>(
            nameof(ToolActivities.RunToolStep), step with { IsDecided = true }, Activities.Retried)).Outcome!;
    }

    private static async Task<StepOutcome> StartedAsync(RunHeader run, PlanNode step, OpenQuestions questions, Func<Task<StepOutcome>> start)
    {
        var outcome = step.NeedsApproval
            ? (await questions.DecideAsync(ApprovalAsk.OfStep(run, step.Id), nameof(DecisionActivities.DecideStart))).Outcome
            : null;
        return outcome ?? await start();
    }

    private static async Task<StepOutcome> ApproveAsync(RunHeader run, string stepId, OpenQuestions questions) =>
        (await questions.DecideAsync(ApprovalAsk.OfStep(run, stepId), nameof(DecisionActivities.DecideStep))).Outcome!;

    /// <summary>Runs an agent's loop as a sub-orchestration.</summary>
    /// <param name="context">The orchestration.</param>
    /// <param name="run">Its run.</param>
    /// <param name="stepId">The step.</param>
    public static Task<StepOutcome> LoopAsync(TaskOrchestrationContext context, RunHeader run, string stepId) =>
        context.CallSubOrchestratorAsync<StepOutcome>(
            nameof(AgentLoop),
            new LoopInput(run, stepId),
            new SubOrchestrationOptions { InstanceId = RunInstances.OfLoop(run, stepId) });
}
