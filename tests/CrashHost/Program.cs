using CrashHost;
using CrashHost.Programs;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

// Runs the programs of a file, or starts the orchestrations that do not exist yet, waits for all to end and exits with 0.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddSingleton(new Ledger(Path.Combine(builder.Configuration["DataDirectory"]!, "ledger.txt")));
using var kill = builder.Configuration.GetValue<long?>("KillAtCommit") is { } commit ? CommitKill.At(commit) : null;
using var app = builder.Build();
await app.StartAsync();
using var http = new HttpClient { BaseAddress = new Uri(Addresses.Of(app)), Timeout = TimeSpan.FromMinutes(1) };
if (builder.Configuration["Programs"] is { } file)
{
    using var ran = await http.PostAsync(new Uri($"/api/batch?file={Uri.EscapeDataString(file)}", UriKind.Relative), null);
    ran.EnsureSuccessStatusCode();
}
else
{
    using var started = await http.PostAsync(new Uri("/api/start", UriKind.Relative), null);
    started.EnsureSuccessStatusCode();
    await Console.Out.WriteLineAsync("started");
    using var ended = await http.GetAsync(new Uri("/api/wait", UriKind.Relative));
    ended.EnsureSuccessStatusCode();
}

await app.StopAsync();
