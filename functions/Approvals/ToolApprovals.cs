using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Policies;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Tools;

namespace AgentFunctions.Approvals;

/// <summary>Says which tool calls need a human's approval. Pure; every registered rule is asked, and what they demand adds up.</summary>
public interface IApprovalRule
{
    /// <summary>What a call needs, or <see langword="null"/> where this rule demands nothing.</summary>
    /// <param name="request">The call.</param>
    ApprovalDemand? Demand(ToolRequest request);
}

/// <summary>A demand for approval.</summary>
/// <param name="Terms">On which terms.</param>
/// <param name="Policy">The rules that demand it.</param>
public sealed record ApprovalDemand(ApprovalTerms Terms, AuditPolicy Policy);

/// <summary>What an agent's own definition puts before humans: <c>approvals.tools</c>.</summary>
public sealed class AgentToolRule : IApprovalRule
{
    /// <inheritdoc />
    public ApprovalDemand? Demand(ToolRequest request) => request.Agent.Approvals?.Tools.GetValueOrDefault(request.Tool) is { } terms
        ? new ApprovalDemand(terms, AuditPolicy.Of(request.Agent, $"approvals.tools.{request.Tool}"))
        : null;
}

/// <summary>Finds out whether a tool call has to wait for a human, and what the human has said.</summary>
/// <param name="rules">What demands approval.</param>
/// <param name="tools">The tools.</param>
/// <param name="access">The runs.</param>
/// <param name="blobs">The payloads.</param>
/// <param name="gate">What is denied anyway.</param>
public sealed class ToolApprovals(
    IEnumerable<IApprovalRule> rules, IToolCatalog tools, RunAccess access, IBlobStore blobs, PolicyGate gate)
{
    /// <summary>What operators demand comes before what an agent's author does: of two lists of groups the first counts.</summary>
    private readonly IApprovalRule[] rules = [.. rules.OrderBy(rule => rule is AgentToolRule)];

    /// <summary>The content hash of the question that has to be answered before the call; <see langword="null"/> where it may be made.</summary>
    /// <param name="request">The call.</param>
    /// <param name="ofStep">What the step itself demands.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <remarks>No human is asked about a call that would fail anyway.</remarks>
    public async Task<string?> QuestionAsync(ToolRequest request, ApprovalTerms? ofStep, CancellationToken cancellationToken)
    {
        var demands = Demands(request);
        if ((demands.Count == 0 && ofStep is null)
            || gate.CheckCall(request.Agent, request.Tool, request.Arguments) is not null
            || tools.Validate(request.Tool, request.Arguments).Count > 0)
        {
            return null;
        }

        var terms = All([.. demands.Select(demand => demand.Terms), .. ofStep is null ? (ApprovalTerms[])[] : [ofStep]]);
        return await blobs.PutJsonAsync(
            new ApprovalQuestion(request.Tool, request.Arguments, terms, demands.FirstOrDefault()?.Policy, request.Agent.Name), cancellationToken);
    }

    /// <summary>The rules by which somebody else has to be asked about changed arguments than was asked; <see langword="null"/> where nobody has.</summary>
    /// <param name="request">The call as it was changed.</param>
    /// <param name="asked">The terms of the question.</param>
    /// <remarks>Who is asked about a small payment makes no large one of it.</remarks>
    public AuditPolicy? Beyond(ToolRequest request, ApprovalTerms asked) =>
        Demands(request) is { Count: > 0 } demands && !asked.Cover(All([.. demands.Select(demand => demand.Terms)])) ? demands[0].Policy : null;

    /// <summary>The answer about a call of an agent, with the arguments that a human has put in place of the agent's.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="callKey">The key of the call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="UnretryableException">Nobody has answered.</exception>
    public async Task<(CallDecision Decision, JsonObject? Args)> DecisionAsync(string runId, string callKey, CancellationToken cancellationToken)
    {
        var decision = await access.RememberedAsync<CallDecision>(runId, ApprovalAsk.AnsweredKeyOfCall(callKey), cancellationToken)
            ?? throw new UnretryableException($"Nobody has answered about the call '{callKey}' of the run '{runId}'.");
        return (decision, decision.ArgsHash is null ? null : await blobs.GetNodeAsync(decision.ArgsHash, cancellationToken) as JsonObject);
    }

    private static ApprovalTerms All(IReadOnlyList<ApprovalTerms> terms) => terms.Aggregate((one, other) => one.And(other));

    private List<ApprovalDemand> Demands(ToolRequest request) => [.. rules.Select(rule => rule.Demand(request)).OfType<ApprovalDemand>()];
}
