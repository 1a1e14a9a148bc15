using AgentFunctions;
using AgentFunctions.SmokeTest;
using LegalAudit;
using LogisticsStorm;
using Microsoft.Extensions.Hosting;

var app = FunctionApp.CreateBuilder(args)
    .AddPack<LegalAuditPack>()
    .AddPack<LogisticsStormPack>()
    .AddPack<SmokeTestPack>()
    .Build();

await app.RunAsync();
