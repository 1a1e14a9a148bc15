using AgentFunctions;
using LegalAudit;
using Microsoft.Extensions.Hosting;

var app = FunctionApp.CreateBuilder(args)
    .AddPack<LegalAuditPack>()
    .Build();

await app.RunAsync();
