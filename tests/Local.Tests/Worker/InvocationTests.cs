using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Local.Tests.Worker;

public class InvocationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_invocation_has_a_scope_of_services_of_its_own_that_ends_with_it()
    {
        var log = new Journal();
        await using var app = await LocalApp.StartAsync([typeof(Scoped)], builder => builder.Services
            .AddSingleton(log)
            .AddScoped<Tracked>());

        var first = await app.Http.GetStringAsync("/api/scoped", Cancel);
        var second = await app.Http.GetStringAsync("/api/scoped", Cancel);

        // The scope ends after the answer has gone out.
        await Eventually.TrueAsync(() => log.Lines.Count() == 4);
        Assert.NotEqual(first, second);
        Assert.Equal(["disposed", "disposed", "same", "same"], log.Lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Middleware_runs_around_the_function_outermost_first_and_sees_the_invocation()
    {
        var log = new Journal();
        await using var app = await LocalApp.StartAsync([typeof(Scoped)], builder =>
        {
            builder.Services.AddSingleton(log).AddScoped<Tracked>();
            builder.UseMiddleware<Outer>();
            builder.UseMiddleware(async (context, next) =>
            {
                log.Add($"inner {context.GetHttpContext()!.Request.Path} {context.Items["mark"]}");
                await next();
                log.Add($"inner result {context.GetInvocationResult().Value!.GetType().Name}");
            });
            builder.UseWhen(
                context => context.FunctionDefinition.Name == "Another", (_, _) => throw new InvalidOperationException("not for this one"));
        });

        await app.Http.GetStringAsync("/api/scoped", Cancel);

        Assert.Equal(
            ["outer Scoped httpTrigger", "inner /api/scoped 1", "same", "inner result ContentResult", "outer end", "disposed"], log.Lines);
    }

    [Fact]
    public async Task Middleware_may_replace_the_result()
    {
        await using var app = await LocalApp.StartAsync([typeof(Failing)], builder => builder.UseMiddleware(async (context, next) =>
        {
            try
            {
                await next();
            }
            catch (InvalidOperationException error)
            {
                context.GetInvocationResult().Value = new ObjectResult(error.Message) { StatusCode = 409 };
            }
        }));

        var answer = await app.Http.GetAsync("/api/failing", Cancel);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    [Fact]
    public async Task An_exception_of_a_function_is_a_500_problem_that_does_not_tell_it()
    {
        await using var app = await LocalApp.StartAsync([typeof(Failing)]);

        var answer = await app.Http.GetAsync("/api/failing", Cancel);

        await HttpRoutingTests.AssertProblemAsync(answer, HttpStatusCode.InternalServerError);
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_of_a_function_is_logged()
    {
        var log = new Journal();
        await using var app = await LocalApp.StartAsync([typeof(Failing)], builder => builder.Logging.AddProvider(log));

        await app.Http.GetAsync("/api/failing", Cancel);

        Assert.Contains(log.Lines, line => line.Contains("Failing", StringComparison.Ordinal) && line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_hosts_shutdown_cancels_a_running_function()
    {
        var waiting = new Waiting.Signals();
        await using var app = await LocalApp.StartAsync([typeof(Waiting)], builder => builder.Services.AddSingleton(waiting));
        var call = app.Http.GetAsync("/api/waiting", Cancel);
        await waiting.Started.Task.WaitAsync(Cancel);

        app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await waiting.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await Task.WhenAny(call);
    }

    [Fact]
    public async Task A_caller_that_goes_away_cancels_its_function()
    {
        var waiting = new Waiting.Signals();
        await using var app = await LocalApp.StartAsync([typeof(Waiting)], builder => builder.Services.AddSingleton(waiting));
        using var gone = new CancellationTokenSource();
        var call = app.Http.GetAsync("/api/waiting", gone.Token);
        await waiting.Started.Task.WaitAsync(Cancel);

        await gone.CancelAsync();

        await waiting.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task Function_timeout_in_host_json_cancels_a_function()
    {
        using var root = new TempFolder();
        await File.WriteAllTextAsync(Path.Combine(root.Path, "host.json"), """{ "functionTimeout": "00:00:00.050" }""", Cancel);
        var waiting = new Waiting.Signals();
        await using var app = await LocalApp.StartAsync(
            [typeof(Waiting)],
            builder => builder.Services.AddSingleton(waiting),
            settings: $"--AzureWebJobsScriptRoot={root.Path}");

        await HttpRoutingTests.AssertProblemAsync(await app.Http.GetAsync("/api/waiting", Cancel), HttpStatusCode.InternalServerError);

        Assert.True(waiting.Cancelled.Task.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Each_invocation_is_a_span_within_the_callers_trace()
    {
        var trace = ActivityTraceId.CreateRandom();
        var stopped = new TaskCompletionSource<Activity>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.Azure.Functions.Worker",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (span.TraceId == trace)
                {
                    stopped.SetResult(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var app = await LocalApp.StartAsync([typeof(HttpRoutingTests.Routes)]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/plain")
        {
            Headers = { { "traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01" } },
        };

        await app.Http.SendAsync(request, Cancel);

        var span = await stopped.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.Equal("Plain", span.GetTagItem("faas.name"));
    }

    public sealed class Journal : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> lines = new();

        public IEnumerable<string> Lines => lines;

        public void Add(string line) => lines.Enqueue(line);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        void ILogger.Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Add($"{formatter(state, exception)} {exception}");
            }
        }

        public void Dispose()
        {
        }
    }

    public sealed class Tracked(Journal log) : IDisposable
    {
        public Guid Id { get; } = Guid.NewGuid();

        public void Dispose() => log.Add("disposed");
    }

    public sealed class Outer(Journal log) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            log.Add($"outer {context.FunctionDefinition.Name} {context.FunctionDefinition.InputBindings["request"].Type}");
            context.Items["mark"] = 1;
            await next(context);
            log.Add("outer end");
        }
    }

    public class Scoped(Tracked tracked, Journal log)
    {
        [Function("Scoped")]
        public IActionResult Run(
            [HttpTrigger(AuthorizationLevel.Anonymous, Route = "scoped")] HttpRequest request, FunctionContext context)
        {
            var isSame = ReferenceEquals(tracked, context.InstanceServices.GetRequiredService<Tracked>())
                && ReferenceEquals(tracked, request.HttpContext.RequestServices.GetRequiredService<Tracked>());
            log.Add(isSame ? "same" : "different");
            return new ContentResult { Content = $"{tracked.Id}" };
        }
    }

    public class Failing
    {
        [Function("Failing")]
        public IActionResult Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "failing")] HttpRequest request) =>
            throw new InvalidOperationException("a secret");
    }

    public class Waiting(Waiting.Signals signals)
    {
        [Function("Waiting")]
        public async Task<IActionResult> Run(
            [HttpTrigger(AuthorizationLevel.Anonymous, Route = "waiting")] HttpRequest request, CancellationToken cancellation)
        {
            signals.Started.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            catch (OperationCanceledException)
            {
                signals.Cancelled.SetResult();
                throw;
            }

            return new OkResult();
        }

        public sealed class Signals
        {
            public TaskCompletionSource Started { get; } = new();

            public TaskCompletionSource Cancelled { get; } = new();
        }
    }
}
