using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using AgentFunctions.Http;

namespace AgentFunctions.Tests.Http.Tenants;

/// <summary>Something that one tenant tries with what is another's.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The route.</param>
/// <param name="Status">What is answered.</param>
/// <param name="Body">The body.</param>
/// <param name="Header">A header.</param>
internal sealed record Attempt(HttpMethod Method, string Path, int Status, object? Body = null, (string Name, string Value)? Header = null)
{
    public HttpContent? Content() => Body switch
    {
        null => null,
        string text => new StringContent(text, Encoding.UTF8, new MediaTypeHeaderValue(Path == "agents" ? "application/yaml" : "text/plain")),
        _ => JsonContent.Create(Body),
    };

    /// <summary>All that the caller says itself, and may therefore hear again.</summary>
    public async Task<string> SaidAsync()
    {
        using var content = Content();
        return $"{Path} {Header} {(content is null ? "" : await content.ReadAsStringAsync(TestContext.Current.CancellationToken))}";
    }
}

/// <summary>What globex tries on every route.</summary>
internal static class Attempts
{
    /// <summary>The attempts, by the function of the route.</summary>
    public static IReadOnlyDictionary<string, Attempt[]> With(TenantWorld world)
    {
        var thread = TenantWorld.Thread;
        string[] runs = [world.Run, world.Child, world.Waiting];
        var schedule = new { threadId = TenantWorld.OwnThread, agent = "clerk", goal = "x", cron = "0 0 1 1 *" };
        var stolen = new { threadId = thread, agent = "clerk", goal = "x", cron = "0 0 1 1 *" };
        var by = new { reason = "x" };
        return new Dictionary<string, Attempt[]>(StringComparer.Ordinal)
        {
            [nameof(ThreadsApi.CreateThread)] =
            [
                Post("threads", 409, new { threadId = thread, budgetUsd = 1 }),
                Post("threads", 409, new { threadId = thread, budgetUsd = 50, metadata = new { note = TenantWorld.Secret } }),
                Post("threads", 400, new { threadId = "globex-new", tenant = "acme", budgetUsd = 1 }),
                Post("threads", 400, new { threadId = "globex-new", department = "acme-legal", budgetUsd = 1 }),
            ],
            [nameof(ThreadsApi.GetThread)] = [Get($"threads/{thread}", 404)],
            [nameof(ThreadsApi.ChangeThreadBudget)] = [Post($"threads/{thread}/budget", 404, new { limitUsd = 0, reason = "x" })],
            [nameof(DepartmentsApi.SetDepartmentBudget)] = [new(HttpMethod.Put, "departments/acme-legal/budget", 403, new { limits = new { usd = 0 }, reason = "x" })],
            [nameof(DepartmentsApi.GetDepartmentBudget)] = [Get("departments/acme-legal/budget", 403)],
            [nameof(FilesApi.UploadFiles)] = [Post($"threads/{thread}/files?path=notes/acme.txt", 404, "mine")],
            [nameof(FilesApi.ListFiles)] = [Get($"threads/{thread}/files", 404)],
            [nameof(FilesApi.DownloadFile)] =
            [
                Get($"threads/{thread}/files/notes/acme.txt", 404),
                Get($"threads/{TenantWorld.OwnThread}/files/notes/acme.txt", 404),
                Get($"threads/{TenantWorld.OwnThread}/files/..%2f..%2f{thread}%2fnotes%2facme.txt", 404),
            ],
            [nameof(MemoryApi.ListMemory)] = [Get($"threads/{thread}/memory", 404)],
            [nameof(MemoryApi.GetMemory)] = [Get($"threads/{thread}/memory/plan", 404), Get($"threads/{TenantWorld.OwnThread}/memory/plan", 404)],
            [nameof(MemoryApi.SetMemory)] = [new(HttpMethod.Put, $"threads/{thread}/memory/plan", 404, new { value = "mine" })],
            [nameof(MemoryApi.DeleteMemory)] = [new(HttpMethod.Delete, $"threads/{thread}/memory/plan", 404)],
            [nameof(MemoryApi.ListMemoryChanges)] = [Get($"threads/{thread}/memory-changes", 404)],
            [nameof(RunsApi.CreateRun)] =
            [
                Post($"threads/{thread}/runs", 404, new { agent = "clerk", goal = "x" }),
                Post($"threads/{thread}/runs", 404, TenantWorld.Start(TenantWorld.Secret)) with { Header = ("Idempotency-Key", TenantWorld.Key) },
                Post($"threads/{TenantWorld.OwnThread}/runs", 202, new { agent = "clerk", goal = "x" }) with { Header = ("Idempotency-Key", TenantWorld.Key) },
            ],
            [nameof(RunsApi.ListRuns)] =
            [
                Get("runs", 200), Get("runs?children=true&status=completed", 200), Get("runs?tenant=globex", 200), Get("runs?tenant=acme", 403),
                Get($"runs?threadId={thread}", 200), Get($"runs?threadId={thread}&children=true&tenant=globex", 200),
            ],
            [nameof(RunsApi.GetRun)] = Each(runs, run => Get($"runs/{run}", 404)),
            [nameof(RunsApi.ListCheckpoints)] = Each(runs, run => Get($"runs/{run}/checkpoints", 404)),
            [nameof(AuditApi.GetEvents)] =
            [
                .. Each(runs, run => Get($"runs/{run}/events", 404)),
                .. Each(runs, run => Get($"runs/{run}/events", 404) with { Header = ("Accept", "text/event-stream") }),
            ],
            [nameof(AuditApi.GetAudit)] = [.. Each(runs, run => Get($"runs/{run}/audit?tree=true", 404)), .. Each(runs, run => Get($"runs/{run}/audit?format=jsonl", 404))],
            [nameof(AuditProofApi.VerifyAudit)] = Each(runs, run => Get($"runs/{run}/audit/verify?tree=true", 404)),
            [nameof(AuditProofApi.GetAuditHead)] = Each(runs, run => Get($"runs/{run}/audit/head", 404)),
            [nameof(LineageApi.GetLineage)] = Each(runs, run => Get($"runs/{run}/lineage", 404)),
            [nameof(LineageApi.GetDecisions)] = Each(runs, run => Get($"runs/{run}/audit/decisions?tree=true", 404)),
            [nameof(RunControlApi.CancelRun)] = Each(runs, run => Post($"runs/{run}/cancel", 404, by)),
            [nameof(RunControlApi.SuspendRun)] = Each(runs, run => Post($"runs/{run}/suspend", 404, by)),
            [nameof(RunControlApi.ResumeSuspendedRun)] = Each(runs, run => Post($"runs/{run}/resume", 404, by)),
            [nameof(RollbackApi.RollBack)] = Each(runs, run => Post($"runs/{run}/rollback", 404, new { checkpoint = 1, reason = "x" })),
            [nameof(ApprovalsApi.ListApprovals)] = [Get("approvals", 200), Get("approvals?status=pending&tenant=globex", 200), Get("approvals?tenant=acme", 403)],
            [nameof(ApprovalsApi.GetApproval)] = [Get($"approvals/{world.Approval}", 404)],
            [nameof(ApprovalsApi.AnswerApproval)] = [Post($"approvals/{world.Approval}", 404, new { type = "accept" })],
            [nameof(SchedulesApi.CreateSchedule)] =
            [
                Post($"schedules/{TenantWorld.Schedule}", 409, schedule),
                Post($"schedules/{TenantWorld.Schedule}", 409, stolen),
                Post("schedules/globex-new", 400, stolen),
            ],
            [nameof(SchedulesApi.PutSchedule)] =
            [
                new(HttpMethod.Put, $"schedules/{TenantWorld.Schedule}", 409, schedule),
                new(HttpMethod.Put, "schedules/globex-new", 400, stolen),
            ],
            [nameof(SchedulesApi.ListSchedules)] = [Get("schedules", 200), Get("schedules?tenant=acme", 403), Get($"schedules?threadId={thread}", 200)],
            [nameof(SchedulesApi.GetSchedule)] = [Get($"schedules/{TenantWorld.Schedule}", 404)],
            [nameof(SchedulesApi.ListScheduleEvents)] = [Get($"schedules/{TenantWorld.Schedule}/events", 404)],
            [nameof(SchedulesApi.PauseSchedule)] = [Post($"schedules/{TenantWorld.Schedule}/pause", 404, by)],
            [nameof(SchedulesApi.ResumeSchedule)] = [Post($"schedules/{TenantWorld.Schedule}/resume", 404, by)],
            [nameof(SchedulesApi.TriggerSchedule)] = [Post($"schedules/{TenantWorld.Schedule}/trigger", 404, by)],
            [nameof(SchedulesApi.DeleteSchedule)] = [new(HttpMethod.Delete, $"schedules/{TenantWorld.Schedule}", 404)],
            [nameof(AgentsApi.ListAgents)] = [Get("agents", 200)],
            [nameof(AgentsApi.AddAgent)] = [Post("agents", 403, "name: clerk\nmodel: scripted\nmode: react\ninstructions: Tell me everything.\n")],
            [nameof(ModelsApi.ListModels)] = [Get("models", 200)],
            [nameof(PoliciesApi.ListPolicies)] = [Get("policies", 200)],
            [nameof(QueueApi.GetQueue)] = [Get("queue", 200)],
            [nameof(QueueApi.ListDeadLetters)] = [Get("queue/deadletter", 403)],
            [nameof(QueueApi.ResubmitDeadLetter)] = [Post($"queue/deadletter/{world.DeadLetter}/resubmit", 403, by)],
            [nameof(QueueApi.DiscardDeadLetter)] = [Post($"queue/deadletter/{world.DeadLetter}/discard", 403, by)],
            [nameof(QueueApi.ListOperations)] = [Get("queue/operations", 403)],
            [nameof(HealthApi.GetHealth)] = [Get("health", 200)],
            [nameof(HealthApi.GetHealthDetails)] = [Get("health/details", 200)],
            [nameof(OpenApiApi.GetOpenApi)] = [Get("openapi.json", 200)],
        };
    }

    private static Attempt Get(string path, int status) => new(HttpMethod.Get, path, status);

    private static Attempt Post(string path, int status, object? body = null) => new(HttpMethod.Post, path, status, body);

    private static Attempt[] Each(string[] runs, Func<string, Attempt> attempt) => [.. runs.Select(attempt)];
}
