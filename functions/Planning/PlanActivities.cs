using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Audit;
using AgentFunctions.Budgets;
using AgentFunctions.Models;
using AgentFunctions.Policies;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Tools;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Planning;

/// <summary>Makes plans and takes them over.</summary>
/// <param name="access">The runs.</param>
/// <param name="blobs">The payloads.</param>
/// <param name="prompt">What a planner is asked.</param>
/// <param name="caller">Calls models.</param>
/// <param name="tools">The tools.</param>
/// <param name="agents">The agents.</param>
/// <param name="gate">The policies.</param>
/// <param name="late">Spending after the end.</param>
public sealed class PlanActivities(
    RunAccess access,
    IBlobStore blobs,
    PlannerPrompt prompt,
    ModelCaller caller,
    IToolCatalog tools,
    IAgentCatalog agents,
    PolicyGate gate,
    LateSpending late)
{
    /// <summary>Most tokens of a plan.</summary>
    public const int MaxPlanTokens = 8192;

    /// <summary>Makes a plan, or takes the given one, and puts its steps into the run if nothing is wrong with it.</summary>
    /// <param name="ask">What is asked for.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(MakePlan))]
    public async Task<PlanMade> MakePlan(
        [ActivityTrigger] PlanAsk ask, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var key = FormattableString.Invariant($"plan/g{ask.Generation}/{ask.Attempt}");
        try
        {
            var made = await access.RememberedAsync<PlanMade>(ask.RunId, key, cancellationToken)
                ?? await MakePlanAsync(ask, key, cancellationToken);
            await late.ReportAsync(ask.RunId, client, cancellationToken);
            return made;
        }
        catch (RetryLaterException later)
        {
            return PlanMade.Later(later);
        }
    }

    private async Task<PlanMade> MakePlanAsync(PlanAsk ask, string key, CancellationToken cancellationToken)
    {
        var run = await access.GetActiveAsync(ask.RunId, cancellationToken);
        var agent = await access.AgentAsync(run, cancellationToken);
        var reply = ask.PlanHash is null ? await AskAsync(run, agent, key, ask, cancellationToken) : null;
        var json = ask.PlanHash is null
            ? AgentAnswer.Unfenced(reply!.Response.Text)
            : (await blobs.GetNodeAsync(ask.PlanHash, cancellationToken))?.ToJsonString() ?? "null";
        var (plan, problems, denials) = reply is { IsCut: true }
            ? (null, [FormattableString.Invariant($"The plan was cut off: the budget had room for {reply.SizedTo} tokens only.")], [])
            : await ReadAsync(run, agent, json, cancellationToken);
        var planHash = await blobs.PutJsonAsync(plan, cancellationToken);
        var made = new PlanMade(
            problems.Count > 0 ? [] : [.. plan!.Steps.Select(step => PlanNode.Of(step, tools))],
            problems.Count > 0 ? null : PlanGraph.Sink(plan!).Id,
            problems,
            reply is null ? Amounts.None : Amounts.Of(reply.Usage))
        {
            IsCut = reply?.IsCut ?? false,
        };
        var calls = reply is null ? Array.Empty<AuditDraft>() : [reply.Event];
        return await access.CommitAsync(
            Commit(
                run,
                ask,
                key,
                plan,
                planHash,
                problems,
                [.. calls, .. Events(agent, denials)],
                reply?.Usage,
                gate.PolicyOf(agent),
                run.NeedsPlanApproval(agent)),
            made,
            cancellationToken);
    }

    /// <summary>What asking may cost.</summary>
    /// <param name="ask">What is to be asked for.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(EstimatePlan))]
    public async Task<CallEstimate> EstimatePlan([ActivityTrigger] PlanAsk ask, CancellationToken cancellationToken)
    {
        var run = await access.GetActiveAsync(ask.RunId, cancellationToken);
        var agent = await access.AgentAsync(run, cancellationToken);
        var messages = await prompt.MessagesAsync(run, agent, ask, cancellationToken);
        return caller.Estimate(agent, messages, new ChatOptions { MaxOutputTokens = MaxPlanTokens });
    }

    private static RunCommit Commit(
        RunRecord run,
        PlanAsk ask,
        string key,
        Plan? plan,
        string planHash,
        IReadOnlyList<string> problems,
        IReadOnlyList<AuditDraft> events,
        RunUsage? usage,
        AuditPolicy policy,
        bool needsApproval)
    {
        var commit = new RunCommit { RunId = run.RunId, Key = key };
        return problems.Count > 0
            ? commit with
            {
                Patch = new RunPatch { AddUsage = usage },
                Events = [.. events, new AuditDraft("plan.rejected", AuditActor.Runtime) { Reason = string.Join(" ", problems), OutputHash = planHash, Policy = policy }],
            }
            : commit with
            {
                Patch = new RunPatch
                {
                    Status = needsApproval ? null : RunStatus.Running,
                    Steps = Replace(run.Steps, plan!, ask.Generation),
                    Replans = ask.Generation,
                    AddUsage = usage,
                },
                Events =
                [
                    .. events,
                    new AuditDraft(ask.Generation == 0 ? "plan.created" : "plan.replaced", ask.PlanHash is null ? AuditActor.Planner(run.Agent) : AuditActor.Runtime)
                    {
                        Policy = policy,
                        OutputHash = planHash,
                        Reason = Why(run, ask),
                        Data = new JsonObject { ["generation"] = ask.Generation, ["steps"] = plan!.Steps.Count },
                    },
                ],
                Checkpoint = new CheckpointDraft("plan", "plan", run.Agent, planHash),
            };
    }

    private static string? Why(RunRecord run, PlanAsk ask) => ask.Generation switch
    {
        0 => null,
        _ when run.Steps.Any(step => step.Generation == ask.Generation - 1 && step.Status == StepStatus.Failed) => "A step failed.",
        _ => "The run was rolled back and told something new.",
    };

    /// <summary>What was done stays; what was not done of earlier plans is replaced; what a human changed before it began is gone.</summary>
    private static List<StepState> Replace(IReadOnlyList<StepState> steps, Plan plan, int generation) =>
    [
        .. steps
            .Where(step => step.Generation < generation)
            .Select(step => step.Status is StepStatus.Completed or StepStatus.Skipped ? step : step with { Status = StepStatus.Replaced }),
        .. plan.Steps.Select(step => new StepState(step, StepStatus.Pending, Generation: generation)),
    ];

    private async Task<ModelReply> AskAsync(
        RunRecord run, AgentDefinition agent, string key, PlanAsk ask, CancellationToken cancellationToken)
    {
        var messages = await prompt.MessagesAsync(run, agent, ask, cancellationToken);
        var inputHash = await Transcript.PutAsync(blobs, messages, cancellationToken);
        var options = new ChatOptions { MaxOutputTokens = MaxPlanTokens, ResponseFormat = ChatResponseFormat.Json };
        var request = new ModelRequest(key, ModelCaller.Planning, messages, options) { SizedTo = ask.MaxOutputTokens, Place = ask.Place };
        var reply = await caller.CallAsync(run, agent, request, cancellationToken);
        var outputHash = await Transcript.PutAsync(blobs, [.. messages, .. reply.Response.Messages], cancellationToken);
        return reply with { Event = reply.Event with { InputHash = inputHash, OutputHash = outputHash } };
    }

    private static IEnumerable<AuditDraft> Events(AgentDefinition agent, IEnumerable<PlanDenial> denials) =>
        denials.Select(denied => PolicyEvents.Of(denied.Denial, "plan", agent.Name, denied.StepId, denied.Field));

    private async Task<(Plan? Plan, IReadOnlyList<string> Problems, IReadOnlyList<PlanDenial> Denials)> ReadAsync(
        RunRecord run, AgentDefinition agent, string json, CancellationToken cancellationToken)
    {
        try
        {
            if (ModelJson.Parse(json).Deserialize<Plan>(AgentJson.Options) is not { } plan)
            {
                return (null, ["The plan is null."], []);
            }

            var known = await agents.ListAsync(cancellationToken);
            var names = known.Select(each => each.Definition.Name).ToHashSet(StringComparer.Ordinal);
            var problems = PlanValidator.Validate(plan, agent, tools, names, PlanHistory.Of(run.Steps));
            var denials = problems.Count == 0 ? await gate.CheckPlanAsync(plan, agent, run, cancellationToken) : [];
            return (
                plan,
                [.. problems.Concat(denials.Select(denied => denied.Problem)).Select(problem => $"{problem.Field}: {problem.Problem}")],
                denials);
        }
        catch (JsonException error)
        {
            return (null, [$"The plan is not the JSON that was asked for: {error.Message}"], []);
        }
    }
}
