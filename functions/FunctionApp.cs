using AgentFunctions.Agents;
using AgentFunctions.Approvals;
using AgentFunctions.Audit;
using AgentFunctions.Budgets;
using AgentFunctions.Files;
using AgentFunctions.Http;
using AgentFunctions.Http.Principals;
using AgentFunctions.Leases;
using AgentFunctions.Memory;
using AgentFunctions.Models;
using AgentFunctions.Planning;
using AgentFunctions.Policies;
using AgentFunctions.Rollback;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Schedules;
using AgentFunctions.Storage;
using AgentFunctions.Telemetry;
using AgentFunctions.Tools;
using AgentFunctions.Tools.Http;
using AgentFunctions.Webhooks;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentFunctions;

/// <summary>Puts the function app together.</summary>
public static class FunctionApp
{
    /// <summary>A builder of the app with everything but its packs.</summary>
    /// <param name="args">Settings as <c>--Key=value</c>, over environment variables and local.settings.json.</param>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.UseMiddleware<FailedCalls>();
        builder.UseMiddleware<InvocationBranchMiddleware>();
        builder.UseMiddleware<InvocationTracing>();
        builder.UseMiddleware<CallerGate>();
        builder.Services
            .AddStores(builder.Configuration)
            .AddTelemetry(builder.Configuration)
            .AddModels(builder.Configuration)
            .AddTools(builder.Configuration)
            .AddMemory(builder.Configuration)
            .AddPolicies(builder.Configuration)
            .AddAgents()
            .AddWebhooks(builder.Configuration)
            .AddApprovals(builder.Configuration)
            .AddRuntime(builder.Configuration)
            .AddHttpApi(builder.Configuration);
        new PackBuilder(builder.Services).AddTools<HttpTools>();
        return builder;
    }

    /// <summary>Adds a pack: its agents, its tools and its scripts.</summary>
    /// <typeparam name="TPack">The pack.</typeparam>
    /// <param name="builder">The app.</param>
    public static FunctionsApplicationBuilder AddPack<TPack>(this FunctionsApplicationBuilder builder)
        where TPack : IPack, new()
    {
        new TPack().Configure(new PackBuilder(builder.Services));
        return builder;
    }

    private static IServiceCollection AddRuntime(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(BudgetSettings.From(configuration))
        .AddSingleton(ScheduleSettings.From(configuration))
        .AddSingleton<ScheduleRunner>()
        .AddSingleton<ScheduleOwners>()
        .AddSingleton<RunAccess>()
        .AddSingleton<StepValues>()
        .AddSingleton<PlannerPrompt>()
        .AddSingleton<ModelCaller>()
        .AddSingleton<ToolRunner>()
        .AddSingleton<RunningCalls>()
        .AddSingleton<ExclusiveCalls>()
        .AddSingleton<BranchQuestions>()
        .AddSingleton<LoopAgents>()
        .AddSingleton<ActiveStatus>()
        .AddSingleton<Suspensions>()
        .AddSingleton<PartialResults>()
        .AddSingleton<LateSpending>()
        .AddSingleton<ThreadFilesFactory>()
        .AddSingleton<RunCatalogs>()
        .AddSingleton<AuditExport>();
}
