using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Principals;
using AgentFunctions.Http.Views;
using AgentFunctions.Models;
using AgentFunctions.Models.Deployments;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Http;

/// <summary>The models, and how their deployments stand.</summary>
public sealed class ModelsApi(IModelCatalog models, IModelRouter router)
{
    /// <summary><c>GET /models</c>: all models by name, with their deployments for callers of all tenants.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ListModels))]
    public Task<IActionResult> ListModels(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "models")] HttpRequest request,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            // How the deployments stand shows what all tenants do together.
            var shown = request.Caller().Tenant is null ? await router.StatusAsync(cancellationToken) : [];
            var statuses = shown.ToLookup(status => status.Deployment.Model, StringComparer.Ordinal);
            return Answer.Ok(new ModelList([.. models.List().Select(model => ModelView.Of(model, statuses[model.Name]))]));
        });
}
