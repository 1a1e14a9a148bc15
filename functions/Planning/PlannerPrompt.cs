using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Policies;
using AgentFunctions.Policies.Data;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Tools;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Planning;

/// <summary>What a planner is asked: the goal, what it may use, and on a replan the whole failure history.</summary>
/// <param name="blobs">The payloads.</param>
/// <param name="tools">The tools.</param>
/// <param name="agents">The agents.</param>
/// <param name="gate">The policies.</param>
/// <param name="prompts">Writes prompts.</param>
public sealed class PlannerPrompt(IBlobStore blobs, IToolCatalog tools, IAgentCatalog agents, PolicyGate gate, PromptData prompts)
{
    private const string Rules =
        """
        You plan before you act. Answer with one JSON object and nothing else:
        {"steps":[{"id":"...","kind":"tool|agent|fanOut|approval","dependsOn":["..."],"onFailure":"replan|replanThenContinue|continue|fail",
        "tool":"...","args":{},"agent":"...","goal":"...","input":null,"items":[],"description":"..."}]}
        Steps form a DAG. Use only the tools and agents that are listed. A fanOut runs one child agent for each element of items.
        Values may refer to what is known when the step starts: ${input.path}, ${goal}, ${steps.ID.path}, and in a fanOut ${item.path}.
        The last step's output is the result. On a replan, keep what is completed, and choose new ids for what has failed.
        """;

    /// <summary>Said where there are effects that can be undone.</summary>
    private const string RollbackRule =
        "onFailure may also be rollback: what the step has done is undone, files and effects of tools, before you are asked for another plan.";

    /// <summary>The messages.</summary>
    /// <param name="run">The run.</param>
    /// <param name="agent">Its agent.</param>
    /// <param name="ask">What is asked for.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<ChatMessage>> MessagesAsync(
        RunRecord run, AgentDefinition agent, PlanAsk ask, CancellationToken cancellationToken)
    {
        var question = new JsonObject
        {
            ["goal"] = run.ShownGoal,
            ["tools"] = Tools(agent),
            ["agents"] = await AgentsAsync(agent, cancellationToken),
            ["completed"] = Completed(run),
            ["replan"] = ask.Generation,
            ["problems"] = JsonSerializer.SerializeToNode(ask.Problems, AgentJson.Options),
        };
        var data = new JsonObject
        {
            ["input"] = await blobs.GetNodeAsync(run.InputHash, cancellationToken),
            ["failed"] = await FailedAsync(run, ask.Generation, cancellationToken),
        };
        var place = FormattableString.Invariant($"{run.RunId}/plan/g{ask.Generation}/{ask.Attempt}");
        if (run.Instruction is { } instruction)
        {
            question["instruction"] = instruction.Text;
        }

        var rules = agent.Tools.Any(tools.IsCompensated) ? $"{Rules}\n{RollbackRule}" : Rules;
        return
        [
            new(ChatRole.System, $"{agent.Instructions}\n\n{rules}\n{UntrustedText.Rule}"),
            new(ChatRole.User, $"{prompts.Json(agent, question)}\n{prompts.Block(agent, data, place)}"),
        ];
    }

    private static JsonArray Completed(RunRecord run) =>
    [
        .. run.Steps.Where(step => step.Status == StepStatus.Completed).Select(step => new JsonObject
        {
            ["id"] = step.Step.Id,
            ["kind"] = JsonSerializer.SerializeToNode(step.Step.Kind, AgentJson.Options),
        }),
    ];

    private JsonArray Tools(AgentDefinition agent) =>
    [
        .. gate.OfferedTools(agent).Select(tools.Find).OfType<AIFunction>().Select(tool => new JsonObject
        {
            ["name"] = tool.Name,
            ["description"] = tool.Description,
            ["schema"] = JsonNode.Parse(tool.JsonSchema.GetRawText()),
        }),
    ];

    private async Task<JsonArray> AgentsAsync(AgentDefinition agent, CancellationToken cancellationToken)
    {
        var listed = await agents.ListAsync(cancellationToken);
        return
        [
            .. listed
                .Where(each => agent.Agents.Contains(each.Definition.Name, StringComparer.Ordinal))
                .Select(each => new JsonObject { ["name"] = each.Definition.Name, ["description"] = each.Definition.Description }),
        ];
    }

    /// <summary>All failed steps; the items that failed only for those of the plan that this one replaces, the others were tried again.</summary>
    private async Task<JsonArray> FailedAsync(RunRecord run, int generation, CancellationToken cancellationToken)
    {
        var failed = new JsonArray();
        foreach (var step in run.Steps.Where(PlanHistory.HasFailed))
        {
            var isLatest = step.Generation == generation - 1;
            var told = new JsonObject
            {
                ["id"] = step.Step.Id,
                ["kind"] = JsonSerializer.SerializeToNode(step.Step.Kind, AgentJson.Options),
                ["reason"] = step.Reason,
                ["failedItems"] = isLatest && step.Step.Kind == StepKind.FanOut
                    ? FailedItems(await blobs.GetNodeAsync(step.OutputHash, cancellationToken))
                    : [],
            };
            if (step.Failure is { } failure)
            {
                told["failure"] = JsonSerializer.SerializeToNode(failure, AgentJson.Options);
            }

            failed.Add(told);
        }

        return failed;
    }

    private static JsonArray FailedItems(JsonNode? output) =>
    [
        .. (output as JsonArray ?? [])
            .OfType<JsonObject>()
            .Select(child => (Child: child, Failure: child["failure"] as JsonObject))
            .Where(each => each.Failure is not null)
            .Select(each => new JsonObject
            {
                ["index"] = each.Child["index"]?.DeepClone(),
                ["item"] = each.Child["item"]?.DeepClone(),
                ["reason"] = each.Failure!["reason"]?.DeepClone(),
                ["kind"] = each.Failure["kind"]?.DeepClone(),
                ["permanent"] = each.Failure["permanent"]?.DeepClone(),
            }),
    ];
}
