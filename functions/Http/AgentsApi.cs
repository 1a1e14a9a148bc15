using System.Text;
using AgentFunctions.Agents;
using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Principals;
using AgentFunctions.Http.Requests;
using AgentFunctions.Http.Views;
using AgentFunctions.Policies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Http;

/// <summary>The catalogue of agents.</summary>
public sealed class AgentsApi(IAgentCatalog agents, IPolicyCatalog policies, HttpLimits limits)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary><c>GET /agents</c>: all agents by name.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ListAgents))]
    public Task<IActionResult> ListAgents(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "agents")] HttpRequest request,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
            Answer.Ok(new AgentList([.. (await agents.ListAsync(cancellationToken)).Select(agent => AgentView.Of(agent, policies))])));

    /// <summary><c>POST /agents</c> with a YAML definition: adds the agent, or replaces the one of its name for later runs. Agents are those of all
    /// tenants, so it is for operators.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(AddAgent))]
    public Task<IActionResult> AddAgent(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "agents")] HttpRequest request,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            request.Caller().RequireOperator();
            RequestBody.RequireType(request, "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml");
            var bytes = await RequestBody.ReadAsync(request, limits.MaxBodyBytes, cancellationToken);
            var added = await agents.AddAsync(Text(bytes), cancellationToken);
            return Answer.Created("/api/agents", AgentView.Of(added, policies));
        });

    private static string Text(byte[] bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw RequestRefusedException.BadRequest("body", "It is not UTF-8.");
        }
    }
}
