using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Audit;
using AgentFunctions.Budgets;
using AgentFunctions.Http.Requests;
using AgentFunctions.Planning;
using AgentFunctions.Policies;
using AgentFunctions.Queue;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Telemetry;
using AgentFunctions.Tools;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Http;

/// <summary>Asks for a run's admission and puts it on record.</summary>
public sealed class RunAdmission(
    IRunStore runs, IBlobStore blobs, IAgentStore kept, IAgentCatalog agents, IToolCatalog tools, PolicyGate gate, RunQueue queue, TimeProvider time,
    QueueGate depth, AdmissionReader admission, ILogger<RunAdmission> logger)
{
    private static readonly TimeSpan QueuePatience = TimeSpan.FromSeconds(5);

    /// <summary>The run of the request: the first one where its key was used before with the same body.</summary>
    /// <exception cref="RequestRefusedException">
    /// A field is wrong, the key was used with another body, too many runs of the tenant wait (429), or the queue takes nothing (503).
    /// </exception>
    internal async Task<RunRecord> AcceptAsync(
        ThreadRecord thread, RunRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        // Before all other checks: a repeated request is answered alike although its deadline has passed or its agent has changed.
        var run = request.IdempotencyKey is null ? null : await runs.GetAsync(request.RunId, cancellationToken);
        var isNew = run is null;
        run ??= await CreateAsync(thread, request, client, cancellationToken);
        if (run.RequestHash != request.BodyHash)
        {
            throw RequestRefusedException.Conflict("Idempotency-Key", $"The key was used with another body, for the run '{run.RunId}'.");
        }

        if (!isNew && run.Status == RunStatus.Queued)
        {
            // The message may have been lost, or the run was put on record in another way.
            await SendAsync(() => queue.SendAsync(run, cancellationToken), cancellationToken);
        }

        return run;
    }

    private async Task<RunRecord> CreateAsync(
        ThreadRecord thread, RunRequest request, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var agent = await CheckAsync(request, now, cancellationToken);
        using var entry = await depth.EnterAsync(thread.Tenant, request.RunId, cancellationToken)
            ?? throw RequestRefusedException.TooMany(
                "tenant",
                $"As many runs of the tenant '{thread.Tenant}' are waiting as may.",
                await admission.RoomInAsync(thread.Tenant, client, cancellationToken));
        await kept.KeepAsync(agent, cancellationToken);
        var run = new RunRecord
        {
            RunId = request.RunId,
            ThreadId = thread.ThreadId,
            Tenant = thread.Tenant,
            Agent = request.Agent,
            AgentHash = agent.Hash,
            Goal = request.Goal,
            InputHash = await PutAsync(request.Input, cancellationToken),
            PlanHash = await PutAsync(request.Plan, cancellationToken),
            RootRunId = request.RunId,
            IdempotencyKey = request.IdempotencyKey,
            RequestHash = request.BodyHash,
            Limits = request.Limits.And(agent.Definition.Budget?.Limits ?? BudgetLimits.None),
            Deadline = request.Deadline,
            PlanApproval = request.PlanApproval,
            ResultApproval = request.ResultApproval,
            Schedule = request.Schedule,
            TraceParent = request.Schedule is null ? RunTrace.Current : null,
            Priority = request.Priority,
            Department = thread.Department,
            CreatedAt = now,
        };
        var created = new AuditDraft("run.created", run.Schedule is null ? AuditActor.Human(request.By ?? "api") : AuditActor.Runtime)
        {
            InputHash = run.InputHash,
            Data = Created(run),
        };

        // First the message: a run that the queue did not take leaves no record that somebody could start later, and one that it took is
        // put on record by who takes it up, should this process die here.
        await SendAsync(() => queue.SendAsync(new AcceptedRun(run, created), cancellationToken), cancellationToken);
        return (await runs.CreateAsync(run, created, cancellationToken)).Run;
    }

    private async Task SendAsync(Func<Task> send, CancellationToken cancellationToken)
    {
        try
        {
            await send();
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogError(error, "The queue '{Queue}' did not take a run.", RunMessage.Queue);
            throw RequestRefusedException.Unavailable(
                "queue", "The queue did not take the run, so there is none. Send the request again.", QueuePatience);
        }
    }

    private static JsonObject Created(RunRecord run)
    {
        var data = new JsonObject { ["threadId"] = run.ThreadId, ["agent"] = run.Agent, ["agentHash"] = run.AgentHash };
        if (run.Schedule is { } schedule)
        {
            (data["scheduleId"], data["fireTime"]) = (schedule.ScheduleId, $"{schedule.FireTime.UtcDateTime:O}");
        }

        return data;
    }

    /// <summary>What is wrong with a request for which no run is made yet.</summary>
    /// <exception cref="RequestRefusedException">A field is wrong.</exception>
    internal Task CheckAsync(RunRequest request, CancellationToken cancellationToken) =>
        CheckAsync(request, time.GetUtcNow(), cancellationToken);

    private async Task<AgentSnapshot> CheckAsync(RunRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var all = await agents.ListAsync(cancellationToken);
        var agent = all.FirstOrDefault(each => each.Definition.Name == request.Agent)
            ?? throw RequestRefusedException.BadRequest("agent", $"There is no agent '{request.Agent}'.");
        var errors = new List<FieldError>();
        if (request.Deadline <= now)
        {
            errors.Add(new FieldError("deadline", "It has passed."));
        }

        if (request is { PlanApproval: true, Plan: null } && agent.Definition.Mode != AgentMode.Plan)
        {
            errors.Add(new FieldError("planApproval", $"The agent '{request.Agent}' works without a plan, so there is none to approve."));
        }

        if (request.Plan is { } plan)
        {
            var names = all.Select(each => each.Definition.Name).ToHashSet(StringComparer.Ordinal);
            var problems = PlanValidator.Validate(plan, agent.Definition, tools, names);
            var denials = problems.Count == 0 ? await gate.CheckPlanAsync(plan, agent.Definition, run: null, cancellationToken) : [];
            errors.AddRange(problems.Concat(denials.Select(denied => denied.Problem))
                .Select(problem => new FieldError($"plan.{problem.Field}", problem.Problem)));
        }

        return errors.Count == 0 ? agent : throw RequestRefusedException.BadRequest(errors);
    }

    private async Task<string?> PutAsync<T>(T? value, CancellationToken cancellationToken) => value is null
        ? null
        : await blobs.PutAsync(JsonSerializer.SerializeToUtf8Bytes(value, AgentJson.Options), cancellationToken);
}
