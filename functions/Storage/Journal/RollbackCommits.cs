using System.Globalization;
using System.Text.Json.Nodes;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;

namespace AgentFunctions.Storage.Journal;

/// <summary>What a rollback commits to the runs that it concerns.</summary>
internal static class RollbackCommits
{
    private const string Result = "result";

    /// <summary>The key under which the beginning of a rollback is committed.</summary>
    public static string Key(RollbackStart start) => $"rollback/{start.RollbackId}";

    /// <summary>Where a checkpoint leads, or why the run cannot be returned to it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="number">The number of the checkpoint.</param>
    /// <param name="checkpoint">The checkpoint; <see langword="null"/> where there is none.</param>
    /// <param name="position">The place of its commit; 0 where it lies on no branch that still counts.</param>
    public static RollbackTarget Target(RunRecord run, long number, Checkpoint? checkpoint, long position) => (run, checkpoint, position) switch
    {
        (_, null, _) => Impossible($"The run has no checkpoint {number}."),
        ({ RollingBackTo: { } other }, _, _) => Impossible($"The run is being returned to checkpoint {other}."),
        (_, { FilesHash: null }, _) => Impossible($"Checkpoint {number} was made by a version that kept no list of files with it."),
        (_, _, 0) => Impossible($"Checkpoint {number} lies on a branch that was abandoned."),
        ({ ParentRunId: not null, IsFinished: true }, _, _) =>
            RollbackTarget.Impossible("Its supervisor has its result already; roll that one back."),

        // The end itself is not returned to: the run goes on, and comes to it again.
        (_, { FilesHash: { } filesHash, Kind: var kind }, _) => new RollbackTarget(kind == Result ? position - 1 : position, filesHash, Problem: null)
        {
            Memory = checkpoint!.Memory,
        },
    };

    /// <summary>The run above that has ended or is being rolled back.</summary>
    public static RollbackTarget SupervisorGone(string runId) =>
        RollbackTarget.Impossible($"The run '{runId}' above it has ended or is being rolled back.");

    /// <summary>The run beside that works with the same files.</summary>
    public static RollbackTarget FilesInUse(string runId) =>
        RollbackTarget.Impossible($"The run '{runId}' works with the same files; let it end, or cancel it, first.");

    /// <summary>A call with its result, where the log of its run has one.</summary>
    public static EffectCall WithResult(EffectCall call, IReadOnlyList<AuditEvent> log) => call with
    {
        ResultHash = log.LastOrDefault(entry =>
            entry.Type == "tool.call" && (string?)entry.Data?["idempotencyKey"] == call.IdempotencyKey)?.OutputHash,
    };

    /// <summary>A run that was spawned after the checkpoint belongs to the abandoned branch for good.</summary>
    public static RunCommit Cancel(RunRecord run, RollbackStart start)
    {
        var reason = $"Its supervisor was rolled back: {start.Reason}";
        var open = OpenSteps.EndedBy(start.Actor, run, reason);
        return new RunCommit
        {
            RunId = run.RunId,
            Key = Key(start),
            Patch = new RunPatch { Status = RunStatus.Canceled, Reason = reason, StepChanges = open.Changes },
            Events = [.. open.Events, new AuditDraft(RunEndEvents.Type(RunStatus.Canceled), start.Actor) { Reason = reason }],
        };
    }

    /// <summary>What begins a rollback of a run: on the new branch nothing goes on until it is returned.</summary>
    /// <param name="abandoned">What is abandoned.</param>
    /// <param name="start">The rollback.</param>
    /// <param name="runId">The run that is held.</param>
    /// <param name="checkpointKey">The key of the checkpoint's commit.</param>
    public static RunCommit Hold(BranchAbandoned abandoned, RollbackStart start, string runId, string? checkpointKey) => new()
    {
        RunId = runId,
        Key = Key(start),
        Result = runId == abandoned.RunId ? StoredJson.Write(abandoned) : null,
        Events = runId == abandoned.RunId
            ?
            [
                new AuditDraft("rollback.started", start.Actor)
                {
                    Reason = start.Reason,
                    InputHash = start.AskedHash,
                    Data = new JsonObject
                    {
                        ["checkpoint"] = start.Checkpoint,
                        ["checkpointKey"] = checkpointKey,
                        ["branch"] = abandoned.From,
                        ["newBranch"] = abandoned.Branch,
                    },
                },
            ]
            : [],
    };

    /// <summary>The run while it is held.</summary>
    public static RunRecord Held(RunRecord run, BranchAbandoned abandoned, RollbackStart start)
    {
        var isHeld = run.RunId == abandoned.RunId || !run.IsFinished;
        return run with
        {
            Branch = abandoned.Branch,
            RollingBackTo = start.Checkpoint,
            Status = isHeld ? RunStatus.Paused : run.Status,
            Reason = isHeld
                ? string.Create(CultureInfo.InvariantCulture, $"It is being returned to checkpoint {start.Checkpoint}: {start.Reason}")
                : run.Reason,
            CompletedAt = run.RunId == abandoned.RunId ? null : run.CompletedAt,
        };
    }

    /// <summary>What the new branch of the run itself begins with.</summary>
    /// <param name="restore">The rollback.</param>
    /// <param name="before">The run at the checkpoint.</param>
    /// <param name="filesBefore">Content hash of the thread's files before they were returned.</param>
    /// <param name="memoryBefore">The thread's shared memory then.</param>
    public static RunCommit Begin(RollbackRestore restore, RunRecord before, string filesBefore, MemoryMark? memoryBefore) => new()
    {
        RunId = restore.Abandoned.RunId,
        Key = BranchStart.Key(restore.Abandoned.Branch),
        Result = restore.Start,
        Patch = new RunPatch
        {
            Status = GoingOn(before.Status),
            StepChanges = restore.Failed is { } failed ? [failed] : [],
            Instruction = restore.Instruction is { } text ? new RunInstruction(text, restore.Abandoned.Branch) : null,
        },
        Events =
        [
            new AuditDraft("run.rolledBack", restore.Actor)
            {
                Reason = restore.Reason,
                Data = new JsonObject([.. Remembered("memoryHash", restore.Abandoned.Memory), .. Remembered("memoryBefore", memoryBefore)])
                {
                    ["checkpoint"] = restore.Abandoned.Checkpoint,
                    ["branch"] = restore.Abandoned.From,
                    ["newBranch"] = restore.Abandoned.Branch,
                    ["filesHash"] = restore.Abandoned.FilesHash,
                    ["filesBefore"] = filesBefore,
                    ["compensated"] = restore.Compensated,
                    ["abandonedChildren"] = restore.Abandoned.Spawned.Count,
                },
            },
        ],
    };

    /// <summary>A descendant is what it was at the checkpoint; where it waited or was paused, it will say so again.</summary>
    public static RunCommit Begin(string runId, int branch, RunRecord before) => new()
    {
        RunId = runId,
        Key = BranchStart.Key(branch),
        Patch = before.IsFinished ? null : new RunPatch { Status = GoingOn(before.Status) },
        Events = before.IsFinished ? [] : [new AuditDraft("run.rolledBack", "runtime") { Reason = "Its supervisor was rolled back." }],
    };

    /// <summary>The run on its new branch.</summary>
    /// <param name="now">The run while it is held.</param>
    /// <param name="state">What it was at the checkpoint, with what its new branch begins with.</param>
    public static RunRecord Returned(RunRecord now, RunRecord state) => now with
    {
        RollingBackTo = null,
        Status = state.Status,
        Reason = state.Reason,
        Steps = state.Steps,
        Replans = state.Replans,
        ResultHash = state.ResultHash,
        Instruction = state.Instruction,
        CompletedAt = state.IsFinished ? now.CompletedAt : null,
    };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Remembered(string name, MemoryMark? mark) =>
        mark is null ? [] : [KeyValuePair.Create(name, (JsonNode?)mark.Hash)];

    private static RunStatus GoingOn(RunStatus status) =>
        status is RunStatus.Queued or RunStatus.Planning ? status : RunStatus.Running;

    private static RollbackTarget Impossible(FormattableString problem) =>
        RollbackTarget.Impossible(problem.ToString(CultureInfo.InvariantCulture));
}
