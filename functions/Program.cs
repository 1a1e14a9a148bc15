using AgentFunctions;
using LegalAudit;
using LogisticsStorm;
using Microsoft.Extensions.Hosting;

var app = FunctionApp.CreateBuilder(args)
    .AddPack<LegalAuditPack>()
    .AddPack<LogisticsStormPack>()
    .Build();

await app.RunAsync();
