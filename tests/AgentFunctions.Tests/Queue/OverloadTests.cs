using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Runs;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Tests.Queue;

/// <summary>What is not accepted leaves nothing behind.</summary>
public sealed class OverloadTests
{
    private static TestPack Pack => new TestPack().React("worker", "tools: [write]", """
          - when: results.write == nil
            calls: [{tool: write, args: '{"text": {{ goal | json }}}'}]
          - text: done
        """);

    [Fact]
    public async Task More_runs_of_a_tenant_than_may_wait_are_answered_with_429_and_when_to_come_again()
    {
        const int MaxQueued = 5;
        await using var app = await RuntimeApp.StartAsync(
            Pack, folder: null, "--Admission:Total=1", $"--Admission:Tenants:acme:MaxQueued={MaxQueued}");
        var gate = new Gate();
        app.Tools.Answer = async (call, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return call.Text;
        };
        var thread = await app.ThreadAsync();
        await app.PostAsync("threads", new { threadId = "theirs", tenant = "other", budgetUsd = 1 });
        var first = await app.RunAsync(new { agent = "worker", goal = "first" }, thread);
        await RuntimeApp.UntilAsync(() => gate.Arrived == 1);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(index => PostAsync(app, thread, $"k{index}")));
        var accepted = answers.Where(answer => answer.Status == HttpStatusCode.Accepted).ToList();
        var refused = answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests).ToList();
        var recorded = await app.AllAsync($"runs?threadId={thread}", "runs");
        var again = await PostAsync(app, thread, accepted[0].Key);
        var theirs = await PostAsync(app, "theirs", "k");
        var queue = await app.WhenAsync("queue", queue => (int)queue["depth"]! == MaxQueued + 1);

        Assert.Equal((MaxQueued, 15), (accepted.Count, refused.Count));
        Assert.All(refused, answer => Assert.InRange(answer.RetryAfter!.Value.TotalSeconds, 1, 300));
        Assert.All(refused, answer => Assert.Equal("tenant", (string)answer.Body["errors"]![0]!["field"]!));
        Assert.Equal(MaxQueued + 1, recorded.Count);
        Assert.Equal((HttpStatusCode.Accepted, (string)accepted[0].Body["runId"]!), (again.Status, (string)again.Body["runId"]!));
        Assert.Equal(HttpStatusCode.Accepted, theirs.Status);
        var acme = queue["tenants"]!.AsArray().Single(tenant => (string)tenant!["tenant"]! == "acme")!;
        Assert.Equal((MaxQueued, MaxQueued, 1), ((int)acme["depth"]!, (int)acme["maxQueued"]!, (int)acme["running"]!));

        gate.Open();
        await app.EndAsync(first);
        await RuntimeApp.UntilAsync(async () => (await PostAsync(app, thread, refused[0].Key)).Status == HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_run_that_the_queue_does_not_take_is_none_until_its_request_is_repeated()
    {
        var bus = new BrokenBus();
        await using var app = await RuntimeApp.StartAsync(Pack, services => bus.Replace(services));
        var thread = await app.ThreadAsync();
        bus.IsBroken = true;

        var refused = await PostAsync(app, thread, "k");
        var recorded = await app.AllAsync($"runs?threadId={thread}", "runs");
        bus.IsBroken = false;
        var accepted = await PostAsync(app, thread, "k");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Equal("queue", (string)refused.Body["errors"]![0]!["field"]!);
        Assert.NotNull(refused.RetryAfter);
        Assert.Empty(recorded);
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        Assert.Equal("completed", (string)(await app.EndAsync((string)accepted.Body["runId"]!))["status"]!);
    }

    /// <summary>The process dies between the message and the record.</summary>
    [Fact]
    public async Task A_run_that_only_its_message_tells_of_is_put_on_record_and_carried_out()
    {
        await using var app = await RuntimeApp.StartAsync(Pack);
        var model = await app.ResultAsync(new { agent = "worker", goal = "x" });
        var run = (await app.Service<IRunStore>().GetAsync((string)model["runId"]!, RuntimeApp.Ended))!;
        var accepted = run with { RunId = "run-unrecorded", RootRunId = "run-unrecorded", Status = default, Steps = [], CompletedAt = null, ResultHash = null };

        await app.Service<AgentFunctions.Queue.RunQueue>().SendAsync(
            new AgentFunctions.Queue.AcceptedRun(accepted, new AuditDraft("run.created", "user:api")), RuntimeApp.Ended);

        await RuntimeApp.UntilAsync(async () => await app.Service<IRunStore>().GetAsync("run-unrecorded", RuntimeApp.Ended) is not null);
        Assert.Equal("completed", (string)(await app.EndAsync("run-unrecorded"))["status"]!);
        Assert.Equal("run.created", (await app.TypesAsync("run-unrecorded"))[0]);
    }

    private static async Task<(string Key, HttpStatusCode Status, JsonObject Body, TimeSpan? RetryAfter)> PostAsync(RuntimeApp app, string thread, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"threads/{thread}/runs")
        {
            Content = JsonContent.Create(new { agent = "worker", goal = "x" }),
        };
        request.Headers.Add("Idempotency-Key", key);
        using var response = await app.Http.SendAsync(request, RuntimeApp.Ended);
        var body = await response.Content.ReadFromJsonAsync<JsonObject>(RuntimeApp.Ended);
        return (key, response.StatusCode, body!, response.Headers.RetryAfter?.Delta);
    }

    /// <summary>A namespace that refuses messages while it is broken.</summary>
    private sealed class BrokenBus : ServiceBusClient
    {
        private ServiceBusClient? working;

        public bool IsBroken { get; set; }

        public void Replace(IServiceCollection services)
        {
            var inner = services.Last(service => service.ServiceType == typeof(ServiceBusClient));
            services.Remove(inner);
            services.AddSingleton<ServiceBusClient>(provider =>
            {
                working = (ServiceBusClient)inner.ImplementationFactory!(provider);
                return this;
            });
        }

        public override ServiceBusSender CreateSender(string queueOrTopicName) => new Sender(this, working!.CreateSender(queueOrTopicName));

        public override ServiceBusReceiver CreateReceiver(string queueName) => working!.CreateReceiver(queueName);

        public override ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options) => working!.CreateReceiver(queueName, options);

        public override async ValueTask DisposeAsync()
        {
            await working!.DisposeAsync();
            await base.DisposeAsync();
        }

        private sealed class Sender(BrokenBus bus, ServiceBusSender inner) : ServiceBusSender
        {
            public override Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default) => bus.IsBroken
                ? throw new ServiceBusException("It is broken.", ServiceBusFailureReason.ServiceCommunicationProblem)
                : inner.SendMessageAsync(message, cancellationToken);

            public override async ValueTask DisposeAsync()
            {
                await inner.DisposeAsync();
                await base.DisposeAsync();
            }
        }
    }
}
