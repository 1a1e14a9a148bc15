using CrashHost;
using Microsoft.Azure.Functions.Worker.Builder;

// Starts the orchestrations that do not exist yet, waits for all of them to end and exits with 0.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
using var app = builder.Build();
await app.StartAsync();
using var http = new HttpClient { BaseAddress = new Uri(Addresses.Of(app)) };
using var started = await http.PostAsync(new Uri("/api/start", UriKind.Relative), null);
started.EnsureSuccessStatusCode();
await Console.Out.WriteLineAsync("started");
using var ended = await http.GetAsync(new Uri("/api/wait", UriKind.Relative));
ended.EnsureSuccessStatusCode();
await app.StopAsync();
