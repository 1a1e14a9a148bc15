using AgentFunctions.Agents;
using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Views;
using AgentFunctions.Policies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Http;

/// <summary>The policies, and for whom they hold.</summary>
public sealed class PoliciesApi(IPolicyCatalog policies, IAgentCatalog agents)
{
    /// <summary><c>GET /policies</c>: all policies by name.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ListPolicies))]
    public Task<IActionResult> ListPolicies(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "policies")] HttpRequest request,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var held = (await agents.ListAsync(cancellationToken)).ToLookup(
                agent => agent.Definition.Policy ?? policies.Default.Name, agent => agent.Definition.Name, StringComparer.Ordinal);
            return Answer.Ok(new PolicyList(
                [.. policies.List().Select(policy => PolicyView.Of(policy, policy.Name == policies.Default.Name, [.. held[policy.Name]]))]));
        });
}
