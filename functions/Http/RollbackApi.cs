using System.Text.Json;
using AgentFunctions.Agents;
using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Principals;
using AgentFunctions.Http.Requests;
using AgentFunctions.Http.Views;
using AgentFunctions.Planning;
using AgentFunctions.Rollback;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Tools;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Http;

/// <summary>Returns runs to their checkpoints.</summary>
public sealed class RollbackApi(
    IRunStore runs,
    IRunHistory history,
    IBlobStore blobs,
    IAgentCatalog agents,
    IToolCatalog tools,
    Callers callers,
    HttpLimits limits,
    TimeProvider time)
{
    /// <summary>
    /// <c>POST /runs/{runId}/rollback</c> <c>{checkpoint, by, reason, plan? | instruction?}</c>: 202; 409 where the run cannot be returned
    /// to that checkpoint. A run that has ended goes on again.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(RollBack))]
    public Task<IActionResult> RollBack(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{runId}/rollback")] HttpRequest request,
        string runId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var run = await runs.RequireAsync(request, runId, cancellationToken);
            var asked = await ReadAsync(request, run, cancellationToken);
            var instanceId = RollBackRun.InstanceId(run.RunId, run.Branch);
            await client.StartOnceAsync(
                Orchestrations.RollBackRun, instanceId, asked, isInTheWay: rollback => !rollback.IsCompleted, cancellationToken);

            // Somebody else may have been faster; the same request again is the same rollback.
            var started = await client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken);
            if (started?.ReadInputAs<RollbackRequest>() is { } first && first with { RollbackId = asked.RollbackId } != asked)
            {
                throw RequestRefusedException.Conflict("runId", "Somebody else is rolling the run back already.");
            }

            return Answer.Accepted($"/api/runs/{run.RunId}", RunSummary.Of(run));
        });

    private async Task<RollbackRequest> ReadAsync(HttpRequest request, RunRecord run, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, limits, cancellationToken);
        var checkpoint = body.Number("checkpoint", required: true);
        var by = callers.Find(request, body, required: true)?.Name;
        var reason = body.Text("reason", required: true);
        var instruction = body.Text("instruction", maxBytes: HttpLimits.MaxGoalBytes);
        var plan = RunRequest.ReadPlan(body);
        if (instruction is not null && plan is not null)
        {
            body.Wrong("instruction", "A rollback brings a plan or an instruction, not both: the instruction is for who makes the plan.");
        }
        else if (instruction is not null && string.IsNullOrWhiteSpace(instruction))
        {
            body.Wrong("instruction", "It is empty.");
        }

        body.Require();
        var target = await history.FindAsync(run.RunId, checkpoint!.Value, cancellationToken);
        if (target.Problem is { } problem)
        {
            throw RequestRefusedException.Conflict("checkpoint", problem);
        }

        if (run.Deadline <= time.GetUtcNow())
        {
            throw RequestRefusedException.Conflict("runId", "The run's deadline has passed, so it could not go on.");
        }

        return new RollbackRequest(
            $"rb-{Guid.CreateVersion7():N}",
            run.RunId,
            checkpoint.Value,
            by!,
            reason!,
            await KeepAsync(run, plan, target, cancellationToken),
            instruction);
    }

    /// <summary>A plan is refused here, where its author can still correct it, by what will have been done at the checkpoint.</summary>
    private async Task<string?> KeepAsync(RunRecord run, Plan? plan, RollbackTarget target, CancellationToken cancellationToken)
    {
        if (plan is null)
        {
            return null;
        }

        var agent = await agents.GetByHashAsync(run.AgentHash, cancellationToken);
        if (agent.Mode != AgentMode.Plan && run.PlanHash is null)
        {
            throw RequestRefusedException.BadRequest("plan", $"The agent '{run.Agent}' works without a plan; give it an instruction.");
        }

        var then = await history.StateAtAsync(run.RunId, target.Position, cancellationToken);
        var names = (await agents.ListAsync(cancellationToken)).Select(each => each.Definition.Name).ToHashSet(StringComparer.Ordinal);
        var problems = PlanValidator.Validate(plan, agent, tools, names, PlanHistory.Of(then.Steps));
        return problems.Count == 0
            ? await blobs.PutAsync(JsonSerializer.SerializeToUtf8Bytes(plan, AgentJson.Options), cancellationToken)
            : throw RequestRefusedException.BadRequest(
                [.. problems.Select(problem => new FieldError($"plan.{problem.Field}", problem.Problem))]);
    }
}
