using AgentFunctions;
using KillableHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// Serves the agents of the folder `Pack`. `Kills` names the places where the process ends itself by SIGKILL, each of them once;
// `KillAfter` says after how many commits of what it does.
var builder = FunctionApp.CreateBuilder(args);
var data = builder.Configuration["DataDirectory"]!;
var kills = new Kills(Path.Combine(data, "kills.txt"), builder.Configuration["Kills"] ?? "");
builder.Services.AddSingleton(kills);
builder.Services.AddSingleton(new Outside(data));
builder.Services.AddSingleton(_ => new Ledger(data));
new PackBuilder(builder.Services).AddTools<OutsideTools>().AddTools<LedgerTools>().AddDefinitions(builder.Configuration["Pack"]!);
using var killAfter = CommitKill.Of(builder.Configuration["KillAfter"], builder.Services);
builder.UseMiddleware(async (context, next) =>
{
    kills.At($"{context.FunctionDefinition.Name}:before");
    using var within = kills.AtCommitWithin(context.FunctionDefinition.Name);
    await next();
    kills.At($"{context.FunctionDefinition.Name}:after");
});
using var app = builder.Build();
await app.RunAsync();
