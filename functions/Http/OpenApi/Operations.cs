using AgentFunctions.Audit;
using AgentFunctions.Http.Views;
using AgentFunctions.Storage;

namespace AgentFunctions.Http.OpenApi;

/// <summary>All routes. A test holds them against the triggers.</summary>
internal static class Operations
{
    private static readonly Parameter Tree = new("tree", "true for all descendants as well.");
    private static readonly Parameter Limit = new("limit", "Most entries of a page, 1 to 1000; 100 by default.");
    private static readonly Parameter Cursor = new("cursor", "The cursor of the page before.");

    private static readonly Parameter IfMatch = new("If-Match", "Only where the schedule has this version.", "header");

    private static readonly Parameter[] Preconditions =
    [
        new("If-Match", "Only where the key has this version, or with * any.", "header"),
        new("If-None-Match", "With *: only where the key does not exist.", "header"),
        new("Idempotency-Key", "The same key and change are made once.", "header"),
    ];

    public static IReadOnlyList<Operation> All { get; } =
    [
        new(nameof(ThreadsApi.CreateThread), "post", "/threads", "Creates a thread with a budget.")
        {
            Body = Json(Bodies.Thread),
            Answers = new Dictionary<int, Type?> { [201] = typeof(ThreadView), [200] = typeof(ThreadView) },
            Problems = [400, 409, 413, 415],
        },
        new(nameof(ThreadsApi.GetThread), "get", "/threads/{threadId}", "Shows a thread with its budget and newest runs.")
        {
            Answers = Ok<ThreadView>(),
            Problems = [400, 404],
        },
        new(nameof(ThreadsApi.ChangeThreadBudget), "post", "/threads/{threadId}/budget", "Changes limits of a thread or of one of its runs, and wakes paused runs.")
        {
            Body = Json(Bodies.Budget),
            Answers = Ok<BudgetView>(),
            Problems = [400, 401, 404, 413, 415],
        },
        new(nameof(DepartmentsApi.SetDepartmentBudget), "put", "/departments/{department}/budget", "Sets a department's limits and wakes paused runs.")
        {
            Body = Json(Bodies.DepartmentBudget),
            Answers = Ok<DepartmentView>(),
            Problems = [400, 413, 415],
        },
        new(nameof(DepartmentsApi.GetDepartmentBudget), "get", "/departments/{department}/budget", "Shows a department's budget.")
        {
            Answers = Ok<DepartmentView>(),
            Problems = [400],
        },
        new(nameof(FilesApi.UploadFiles), "post", "/threads/{threadId}/files", "Stores the files of a ZIP or form, or one file: all or none.")
        {
            Parameters = [new("path", "The file's path in the thread, where the body is one file.")],
            Body = new Dictionary<string, string?> { ["application/zip"] = null, ["multipart/form-data"] = null, ["*/*"] = null },
            Answers = new Dictionary<int, Type?> { [201] = typeof(FileList) },
            Problems = [400, 404, 413, 415],
        },
        new(nameof(FilesApi.ListFiles), "get", "/threads/{threadId}/files", "Lists a thread's files by path.")
        {
            Answers = Ok<FileList>(),
            Problems = [400, 404],
        },
        new(nameof(FilesApi.DownloadFile), "get", "/threads/{threadId}/files/{path}", "Downloads a file.")
        {
            Answers = new Dictionary<int, Type?> { [200] = null },
            Problems = [400, 404],
        },
        new(nameof(MemoryApi.ListMemory), "get", "/threads/{threadId}/memory", "Lists the keys of a thread's shared memory.")
        {
            Parameters = [new("prefix", "Only keys that begin so."), Limit, Cursor],
            Answers = Ok<MemoryList>(),
            Problems = [400, 404],
        },
        new(nameof(MemoryApi.GetMemory), "get", "/threads/{threadId}/memory/{key}", "Shows a key of a thread's shared memory; its version is the ETag.")
        {
            Answers = Ok<MemoryView>(),
            Problems = [400, 404],
        },
        new(nameof(MemoryApi.SetMemory), "put", "/threads/{threadId}/memory/{key}", "Sets a key of a thread's shared memory.")
        {
            Parameters = [.. Preconditions],
            Body = Json(Bodies.Memory),
            Answers = new Dictionary<int, Type?> { [200] = typeof(MemoryView), [201] = typeof(MemoryView) },
            Problems = [400, 401, 404, 409, 412, 413, 415],
        },
        new(nameof(MemoryApi.DeleteMemory), "delete", "/threads/{threadId}/memory/{key}", "Deletes a key of a thread's shared memory.")
        {
            Parameters = [.. Preconditions],
            Answers = new Dictionary<int, Type?> { [204] = null },
            Problems = [400, 401, 404, 409, 412],
        },
        new(nameof(MemoryApi.ListMemoryChanges), "get", "/threads/{threadId}/memory-changes", "Lists every change of a thread's shared memory, those undone by a rollback included.")
        {
            Parameters = [Limit, Cursor],
            Answers = Ok<MemoryChangeList>(),
            Problems = [400, 404],
        },
        new(nameof(RunsApi.CreateRun), "post", "/threads/{threadId}/runs", "Starts a run of an agent.")
        {
            Parameters = [new("Idempotency-Key", "The same key and body give the same run.", "header")],
            Body = Json(Bodies.Run),
            Answers = new Dictionary<int, Type?> { [202] = typeof(RunSummary) },
            Problems = [400, 404, 409, 413, 415, 429, 503],
        },
        new(nameof(RunsApi.ListRuns), "get", "/runs", "Lists root runs, newest first.")
        {
            Parameters =
            [
                new("tenant", "Only of this tenant."),
                new("threadId", "Only of this thread."),
                new("status", "Only in this status."),
                new("agent", "Only of this agent."),
                new("children", "true for spawned runs as well."),
                Limit,
                Cursor,
            ],
            Answers = Ok<RunList>(),
            Problems = [400],
        },
        new(nameof(RunsApi.GetRun), "get", "/runs/{runId}", "Shows a run: plan, children, usage, result.")
        {
            Answers = Ok<RunView>(),
            Problems = [400, 404],
        },
        new(nameof(AuditApi.GetEvents), "get", "/runs/{runId}/events", "Lists a run's events, or streams them with Accept: text/event-stream.")
        {
            Parameters =
            [
                new("after", "Only events with a greater sequence number."),
                Limit,
                Cursor,
                new("Last-Event-ID", "Where the stream was left.", "header"),
            ],
            Answers = new Dictionary<int, Type?> { [200] = typeof(EventList), [204] = null },
            Problems = [400, 404],
        },
        Control(nameof(RunControlApi.CancelRun), "cancel", 202, "Cancels a run with all its descendants."),
        Control(nameof(RunControlApi.SuspendRun), "suspend", 200, "Suspends a run with its descendants."),
        Control(nameof(RunControlApi.ResumeSuspendedRun), "resume", 200, "Resumes a suspended run."),
        new(nameof(RollbackApi.RollBack), "post", "/runs/{runId}/rollback", "Returns a run, its files and its effects to a checkpoint; it goes on from there.")
        {
            Body = Json(Bodies.Rollback),
            Answers = new Dictionary<int, Type?> { [202] = typeof(RunSummary) },
            Problems = [400, 404, 409, 413, 415],
        },
        new(nameof(RunsApi.ListCheckpoints), "get", "/runs/{runId}/checkpoints", "Lists the state after each step.")
        {
            Answers = Ok<CheckpointList>(),
            Problems = [400, 404],
        },
        new(nameof(AuditApi.GetAudit), "get", "/runs/{runId}/audit", "Shows a run's hash-chained audit log.")
        {
            Parameters =
            [
                Tree,
                new("agent", "Only by the actor of this name."),
                new("type", "Only of this type; with a dot at its end, of all types that begin so, such as model."),
                new("from", "Not before this time, UTC."),
                new("to", "Not after this time, UTC."),
                new("format", "json, or jsonl for all of it with every payload, one JSON object a line; so does Accept: application/x-ndjson."),
                Limit,
                Cursor,
            ],
            Answers = Ok<EventList>(),
            Problems = [400, 404],
        },
        new(nameof(AuditProofApi.VerifyAudit), "get", "/runs/{runId}/audit/verify", "Proves that no event was changed, removed or moved, and no end cut off.")
        {
            Parameters =
            [
                Tree,
                new("sequence", "The sequence number of a head that was kept elsewhere and must still be in the log."),
                new("hash", "The hash of that head."),
            ],
            Answers = Ok<AuditProof>(),
            Problems = [400, 404],
        },
        new(nameof(AuditProofApi.GetAuditHead), "get", "/runs/{runId}/audit/head", "Shows the end of the log with its signature.")
        {
            Answers = Ok<AuditHeadView>(),
            Problems = [400, 404],
        },
        new(nameof(LineageApi.GetDecisions), "get", "/runs/{runId}/audit/decisions", "Shows what an agent had decided at a time, on what, by which rules, at which cost, and what followed.")
        {
            Parameters =
            [
                new("agent", "The agent's name, or a human's."),
                new("at", "Until this time, UTC; now by default."),
                new("type", "Only of this type; with a dot at its end, of all types that begin so, such as model."),
                Tree,
                new("limit", "Most decisions, 1 to 100; 1 by default: the last one."),
            ],
            Answers = Ok<DecisionList>(),
            Problems = [400, 404],
        },
        new(nameof(LineageApi.GetLineage), "get", "/runs/{runId}/lineage", "Shows which decision led to which effect at which cost.")
        {
            Answers = Ok<Lineage>(),
            Problems = [400, 404],
        },
        new(nameof(SchedulesApi.CreateSchedule), "post", "/schedules/{scheduleId}", "Creates a schedule: an agent that runs by the clock.")
        {
            Body = Json(Bodies.Schedule),
            Answers = new Dictionary<int, Type?> { [201] = typeof(ScheduleView), [200] = typeof(ScheduleView) },
            Problems = [400, 401, 409, 413, 415],
        },
        new(nameof(SchedulesApi.PutSchedule), "put", "/schedules/{scheduleId}", "Creates or replaces a schedule.")
        {
            Parameters = [IfMatch],
            Body = Json(Bodies.Schedule),
            Answers = new Dictionary<int, Type?> { [201] = typeof(ScheduleView), [200] = typeof(ScheduleView) },
            Problems = [400, 401, 412, 413, 415],
        },
        new(nameof(SchedulesApi.ListSchedules), "get", "/schedules", "Lists schedules by id.")
        {
            Parameters = [new("tenant", "Only of this tenant."), new("threadId", "Only of this thread."), Limit, Cursor],
            Answers = Ok<ScheduleList>(),
            Problems = [400],
        },
        new(nameof(SchedulesApi.GetSchedule), "get", "/schedules/{scheduleId}", "Shows a schedule: its next fire times, its newest runs, what it has missed.")
        {
            Answers = Ok<ScheduleView>(),
            Problems = [400, 404],
        },
        new(nameof(SchedulesApi.ListScheduleEvents), "get", "/schedules/{scheduleId}/events", "Lists who has changed a schedule and what it has done, also once it is deleted.")
        {
            Parameters = [Limit, Cursor],
            Answers = Ok<ScheduleEventList>(),
            Problems = [400, 404],
        },
        ChangeOfSchedule(nameof(SchedulesApi.PauseSchedule), "pause", "Pauses a schedule."),
        ChangeOfSchedule(nameof(SchedulesApi.ResumeSchedule), "resume", "Resumes a schedule from its next fire time on."),
        new(nameof(SchedulesApi.TriggerSchedule), "post", "/schedules/{scheduleId}/trigger", "Runs a schedule now, under its overlap policy.")
        {
            Parameters = [new("Idempotency-Key", "The same key gives the same run.", "header")],
            Body = Json(Bodies.Control),
            IsBodyOptional = true,
            Answers = new Dictionary<int, Type?> { [202] = typeof(ScheduleTriggered) },
            Problems = [400, 401, 404, 409, 413, 415],
        },
        new(nameof(SchedulesApi.DeleteSchedule), "delete", "/schedules/{scheduleId}", "Deletes a schedule; a run that is going on goes on.")
        {
            Parameters = [IfMatch],
            Answers = new Dictionary<int, Type?> { [204] = null },
            Problems = [400, 401, 404, 412],
        },
        new(nameof(ApprovalsApi.ListApprovals), "get", "/approvals", "Lists human decisions, oldest first.")
        {
            Parameters = [new("status", "pending, answered, withdrawn or expired."), new("tenant", "Only of this tenant."), Limit, Cursor],
            Answers = Ok<ApprovalList>(),
            Problems = [400],
        },
        new(nameof(ApprovalsApi.GetApproval), "get", "/approvals/{approvalId}", "Shows a human decision with its terms and votes.")
        {
            Answers = Ok<ApprovalView>(),
            Problems = [400, 404],
        },
        new(nameof(ApprovalsApi.AnswerApproval), "post", "/approvals/{approvalId}", "Answers a pending decision.")
        {
            Parameters = [new("X-MS-CLIENT-PRINCIPAL", "Who answers, as the platform's authentication says.", "header")],
            Body = Json(Bodies.Approval),
            Answers = Ok<ApprovalView>(),
            Problems = [400, 401, 403, 404, 409, 413, 415],
        },
        new(nameof(AgentsApi.ListAgents), "get", "/agents", "Lists the agents by name.")
        {
            Answers = Ok<AgentList>(),
        },
        new(nameof(AgentsApi.AddAgent), "post", "/agents", "Adds an agent from its YAML definition, or replaces the one of its name.")
        {
            Body = new Dictionary<string, string?> { ["application/yaml"] = """{"type":"string"}""" },
            Answers = new Dictionary<int, Type?> { [201] = typeof(AgentView) },
            Problems = [400, 413, 415],
        },
        new(nameof(ModelsApi.ListModels), "get", "/models", "Lists the models by name, with the rate and the health of each deployment.")
        {
            Answers = Ok<ModelList>(),
        },
        new(nameof(PoliciesApi.ListPolicies), "get", "/policies", "Lists the policies by name, with the agents that each holds for.")
        {
            Answers = Ok<PolicyList>(),
        },
        new(nameof(QueueApi.GetQueue), "get", "/queue", "Shows what waits to be admitted and what goes on, beside the limits.")
        {
            Answers = Ok<QueueView>(),
        },
        new(nameof(QueueApi.ListDeadLetters), "get", "/queue/deadletter", "Lists messages that could not be admitted, oldest first.")
        {
            Parameters = [Limit, Cursor],
            Answers = Ok<DeadLetterList>(),
            Problems = [400],
        },
        Settle(nameof(QueueApi.ResubmitDeadLetter), "resubmit", "Sends a dead letter's message again."),
        Settle(nameof(QueueApi.DiscardDeadLetter), "discard", "Removes a dead letter and cancels its run."),
        new(nameof(QueueApi.ListOperations), "get", "/queue/operations", "Lists what operators have done to the queue, oldest first.")
        {
            Parameters = [Limit, Cursor],
            Answers = Ok<OperationList>(),
            Problems = [400],
        },
        new(nameof(HealthApi.GetHealth), "get", "/health", "Tells whether the app lives and can work.")
        {
            Answers = new Dictionary<int, Type?> { [200] = typeof(HealthSummary), [503] = typeof(HealthSummary) },
        },
        new(nameof(HealthApi.GetHealthDetails), "get", "/health/details", "Tells what is wrong, and which tools are left alone for a while.")
        {
            Answers = new Dictionary<int, Type?> { [200] = typeof(HealthView), [503] = typeof(HealthView) },
        },
        new(nameof(OpenApiApi.GetOpenApi), "get", "/openapi.json", "This description.")
        {
            Answers = new Dictionary<int, Type?> { [200] = null },
        },
    ];

    private static Operation ChangeOfSchedule(string id, string verb, string summary) =>
        new(id, "post", $"/schedules/{{scheduleId}}/{verb}", summary)
        {
            Parameters = [IfMatch],
            Body = Json(Bodies.Control),
            IsBodyOptional = true,
            Answers = Ok<ScheduleView>(),
            Problems = [400, 401, 404, 412, 413, 415],
        };

    private static Operation Settle(string id, string verb, string summary) =>
        new(id, "post", $"/queue/deadletter/{{id}}/{verb}", summary)
        {
            Body = Json(Bodies.Settlement),
            Answers = Ok<OperationRecord>(),
            Problems = [400, 401, 404, 409, 413, 415],
        };

    private static Operation Control(string id, string verb, int status, string summary) =>
        new(id, "post", $"/runs/{{runId}}/{verb}", summary)
        {
            Body = Json(Bodies.Control),
            IsBodyOptional = true,
            Answers = new Dictionary<int, Type?> { [status] = typeof(RunSummary) },
            Problems = [400, 401, 404, 409, 413, 415],
        };

    private static Dictionary<int, Type?> Ok<T>() => new() { [200] = typeof(T) };

    private static Dictionary<string, string?> Json(string schema) => new() { ["application/json"] = schema };
}
