using AgentFunctions.Agents;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Queue;

/// <summary>What a process that died between two writes has left half done.</summary>
public sealed class ReconcileTests
{
    [Fact]
    public async Task A_run_without_its_message_and_an_answer_without_its_event_are_taken_up_within_a_minute_or_so()
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk").Planner("boss", "agents: [clerk]",
            """{"steps":[{"id":"ask","kind":"approval","description":"Go on?"},{"id":"work","kind":"agent","agent":"clerk","goal":"Work","dependsOn":["ask"]}]}"""));
        var waiting = await app.RunAsync(new { agent = "boss", goal = "x" });
        await app.InAsync(waiting, "waiting");

        await AnswerSilentlyAsync(app, waiting);
        await RecordSilentlyAsync(app, "run-lost");

        Assert.Equal("completed", (string)(await app.EndAsync(waiting))["status"]!);
        Assert.Equal("completed", (string)(await app.EndAsync("run-lost"))["status"]!);
    }

    /// <summary>Stores an answer, as the API does before it tells the run.</summary>
    private static async Task AnswerSilentlyAsync(RuntimeApp app, string runId)
    {
        var store = app.Service<IApprovalStore>();
        var approval = Assert.Single(await store.ListOfRunAsync(runId, RuntimeApp.Ended));
        var longAgo = DateTimeOffset.UtcNow.AddMinutes(-5);
        var answer = new ApprovalAnswer(ApprovalAnswerType.Accept, Args: null, "ann", Reason: null, longAgo);
        await store.UpdateAsync(
            approval.ApprovalId, pending => pending with { Status = ApprovalStatus.Answered, Answer = answer }, RuntimeApp.Ended);
    }

    /// <summary>Puts a run on record, as the API does before it sends the run's message.</summary>
    private static async Task RecordSilentlyAsync(RuntimeApp app, string runId)
    {
        var agent = (await app.Service<IAgentCatalog>().FindAsync("clerk", RuntimeApp.Ended))!;
        await app.Service<IAgentStore>().KeepAsync(agent, RuntimeApp.Ended);
        var longAgo = DateTimeOffset.UtcNow.AddMinutes(-5);
        var run = new RunRecord
        {
            RunId = runId,
            ThreadId = await app.ThreadAsync(),
            Tenant = "acme",
            Agent = "clerk",
            AgentHash = agent.Hash,
            Goal = "Do it",
            RootRunId = runId,
            RequestHash = "none",
            CreatedAt = longAgo,
        };
        await app.Service<IRunStore>().CreateAsync(run, new AuditDraft("run.created", "user:api"), RuntimeApp.Ended);
    }
}
