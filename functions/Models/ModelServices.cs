using AgentFunctions.Models.Deployments;
using AgentFunctions.Models.Simulated;
using AgentFunctions.Storage;
using AgentFunctions.Telemetry;
using AgentFunctions.Yaml;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AgentFunctions.Models;

/// <summary>Registers the models.</summary>
public static class ModelServices
{
    /// <summary>
    /// Adds <see cref="IModelCatalog"/>, <see cref="IModelRouter"/> and <see cref="ITokenCounter"/>. Settings:
    /// <list type="bullet">
    /// <item><c>AZURE_OPENAI_ENDPOINT</c>: models are Azure OpenAI deployments; with <c>AZURE_OPENAI_API_KEY</c>, or with the app's identity.</item>
    /// <item><c>OPENAI_BASE_URL</c>, <c>OPENAI_API_KEY</c>: an OpenAI-compatible endpoint. With neither, models are simulated by the packs' scripts.</item>
    /// <item><c>Models:Table</c>: path of the price table, relative to the app's base directory (default <c>definitions/models.yaml</c>).</item>
    /// <item><c>Models:TimeoutSeconds</c>: longest that one call to a provider may take (default 120).</item>
    /// <item><c>Models:Shares:</c>…, <c>Models:Deployments:</c>…: how deployments share, slow down, rest and come back.</item>
    /// <item><c>Models:Simulated:LatencyMs</c>, <c>:ErrorRate</c>, <c>:RateLimitRate</c>, <c>:BadJsonRate</c> (0 to 1), <c>:Seed</c>: all 0 by default.</item>
    /// </list>
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The app's configuration.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong.</exception>
    public static IServiceCollection AddModels(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(ModelSettings.Read(configuration));
        services.AddSingleton(provider => new ModelCallLimits(provider.GetRequiredService<ModelSettings>().Timeout));
        services.AddSingleton<TokenCounter>();
        services.AddSingleton<ITokenCounter>(provider => provider.GetRequiredService<TokenCounter>());
        services.AddSingleton<ScriptCatalog>();
        services.AddSingleton(provider => new ModelClients(
            provider.GetRequiredService<ModelSettings>(),
            ModelKeys.Read(configuration),
            provider.GetRequiredService<ScriptCatalog>(),
            provider.GetRequiredService<TokenCounter>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IModelCatalog>(provider => new ModelCatalog(
            ModelTable.Read(YamlFile.Load(provider.GetRequiredService<ModelSettings>().Table)),
            provider.GetRequiredService<ModelClients>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ChatSpans>()));
        var settings = DeploymentSettings.Read(configuration);
        services.AddSingleton<IModelRouter>(provider => new ModelRouter(
            provider.GetRequiredService<IModelCatalog>(),
            settings,
            provider.GetRequiredService<IDeploymentStore>(),
            provider.GetRequiredService<HostIdentity>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
