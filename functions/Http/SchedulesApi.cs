using System.Globalization;
using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Principals;
using AgentFunctions.Http.Requests;
using AgentFunctions.Http.Views;
using AgentFunctions.Runs;
using AgentFunctions.Schedules;
using AgentFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Http;

/// <summary>Schedules: agents that run by the clock.</summary>
public sealed class SchedulesApi(
    IScheduleStore schedules,
    IThreadStore threads,
    IRunStore runs,
    IBlobStore blobs,
    RunAdmission admission,
    ScheduleRunner runner,
    Callers callers,
    HttpLimits limits,
    TimeProvider time)
{
    private const string Anonymous = "api";

    /// <summary><c>POST /schedules/{scheduleId}</c>: 201; the same id again with the same body 200, with another body 409.</summary>
    /// <param name="request">The request.</param>
    /// <param name="scheduleId">The schedule.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(CreateSchedule))]
    public Task<IActionResult> CreateSchedule(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "schedules/{scheduleId}")] HttpRequest request,
        string scheduleId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var id = RouteIds.Require("scheduleId", scheduleId);
            var (asked, by) = await ReadAsync(request, cancellationToken);
            if (await schedules.GetAsync(id, cancellationToken) is null
                && await schedules.PutAsync(await NewAsync(request, id, asked, cancellationToken), [Event("schedule.created", by)], cancellationToken) is { } created)
            {
                return await ShowAsync(created, client, StatusCodes.Status201Created, cancellationToken);
            }

            var existing = await schedules.GetAsync(id, cancellationToken) ?? throw Unknown(id);
            RequireOwn(request, existing);
            return existing.RequestHash == asked.BodyHash
                ? await ShowAsync(existing, client, StatusCodes.Status200OK, cancellationToken)
                : throw RequestRefusedException.Conflict("scheduleId", $"The schedule '{id}' exists with another body; PUT replaces it.");
        });

    /// <summary>
    /// <c>PUT /schedules/{scheduleId}</c>: 201 for a new one, 200 otherwise; 412 where <c>If-Match</c> does not hold. What it has run stays
    /// on record, and no fire time is run twice.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="scheduleId">The schedule.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(PutSchedule))]
    public Task<IActionResult> PutSchedule(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "schedules/{scheduleId}")] HttpRequest request,
        string scheduleId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var id = RouteIds.Require("scheduleId", scheduleId);
            var (asked, by) = await ReadAsync(request, cancellationToken);
            var made = await NewAsync(request, id, asked, cancellationToken);
            while (true)
            {
                var existing = await schedules.GetAsync(id, cancellationToken);
                RequireOwn(request, existing);
                RequireVersion(request, existing);
                var stored = existing is null
                    ? await schedules.PutAsync(made, [Event("schedule.created", by)], cancellationToken)
                    : await schedules.PutAsync(Replaced(existing, made), [Event("schedule.updated", by)], cancellationToken);
                if (stored is not null)
                {
                    return await ShowAsync(
                        stored, client, existing is null ? StatusCodes.Status201Created : StatusCodes.Status200OK, cancellationToken);
                }
            }
        });

    /// <summary><c>GET /schedules?tenant=&amp;threadId=&amp;limit=&amp;cursor=</c>: by id.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ListSchedules))]
    public Task<IActionResult> ListSchedules(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "schedules")] HttpRequest request,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var limit = request.Query.Limit();
            var after = request.Query.Text("cursor") is { } cursor ? RouteIds.Require("cursor", cursor) : null;
            var found = await schedules.ListAsync(
                new ScheduleQuery(request.Caller().Asked(request.Query.Text("tenant")), request.Query.Text("threadId"), after, limit + 1), cancellationToken);
            return Answer.Ok(new ScheduleList(
                [.. found.Take(limit).Select(ScheduleSummary.Of)], found.Count > limit ? found[limit - 1].ScheduleId : null));
        });

    /// <summary><c>GET /schedules/{scheduleId}</c>: its next fire times, its newest runs, and what it has missed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="scheduleId">The schedule.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetSchedule))]
    public Task<IActionResult> GetSchedule(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "schedules/{scheduleId}")] HttpRequest request,
        string scheduleId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
            await ViewAsync(await RequireAsync(request, scheduleId, cancellationToken), StatusCodes.Status200OK, cancellationToken));

    /// <summary><c>GET /schedules/{scheduleId}/events?limit=&amp;cursor=</c>: who has changed it and what it has done, also once it is deleted.</summary>
    /// <param name="request">The request.</param>
    /// <param name="scheduleId">The schedule.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ListScheduleEvents))]
    public Task<IActionResult> ListScheduleEvents(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "schedules/{scheduleId}/events")] HttpRequest request,
        string scheduleId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var id = RouteIds.Require("scheduleId", scheduleId);
            var limit = request.Query.Limit();
            var (after, found) = (request.Query.Cursor() ?? 0, await schedules.ListEventsAsync(id, request.Query.Cursor() ?? 0, limit + 1, cancellationToken));

            // Another tenant may have had a schedule of this id before: its events are none of this one's business.
            var since = request.Caller().Tenant is null ? DateTimeOffset.MinValue : (await RequireAsync(request, id, cancellationToken)).CreatedAt;
            return found.Count == 0 && after == 0
                ? throw Unknown(id)
                : Answer.Ok(new ScheduleEventList(
                    [.. found.Take(limit).Where(each => each.At >= since)], found.Count > limit ? found[limit - 1].Sequence.ToString(CultureInfo.InvariantCulture) : null));
        });

    /// <summary><c>POST /schedules/{scheduleId}/pause</c> with an optional <c>{by, reason}</c>: it fires no more until it is resumed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="scheduleId">The schedule.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(PauseSchedule))]
    public Task<IActionResult> PauseSchedule(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "schedules/{scheduleId}/pause")] HttpRequest request,
        string scheduleId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        ChangeAsync(request, scheduleId, client, "schedule.paused", schedule => schedule.State.IsPaused, SchedulePlanner.Paused, cancellationToken);

    /// <summary><c>POST /schedules/{scheduleId}/resume</c> with an optional <c>{by, reason}</c>: it fires again from the next fire time on.</summary>
    /// <param name="request">The request.</param>
    /// <param name="scheduleId">The schedule.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(ResumeSchedule))]
    public Task<IActionResult> ResumeSchedule(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "schedules/{scheduleId}/resume")] HttpRequest request,
        string scheduleId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        ChangeAsync(request, scheduleId, client, "schedule.resumed", schedule => !schedule.State.IsPaused, SchedulePlanner.Resumed, cancellationToken);

    /// <summary>
    /// <c>POST /schedules/{scheduleId}/trigger</c> with an optional <c>{by, reason}</c>: 202, and a run as soon as the overlap policy lets it, also
    /// while the schedule is paused; with <c>Idempotency-Key</c> one run however often it is sent. 409 where the policy would skip it.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="scheduleId">The schedule.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(TriggerSchedule))]
    public Task<IActionResult> TriggerSchedule(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "schedules/{scheduleId}/trigger")] HttpRequest request,
        string scheduleId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            RouteIds.Require("scheduleId", scheduleId);
            var (by, reason) = await ReadByAsync(request, cancellationToken);
            var given = IdempotencyKeys.Read(request.Headers);
            var fire = new ScheduledFire(
                time.GetUtcNow(),
                FireKind.Manual,
                given is null ? $"trigger-{Guid.CreateVersion7():N}" : Identifiers.Derive("trigger", given));
            while (true)
            {
                var schedule = await RequireAsync(request, scheduleId, cancellationToken);
                var runId = fire.RunId(schedule);
                var isKnown = schedule.State.Pending.Any(each => each.TriggerId == fire.TriggerId)
                    || await runs.GetAsync(runId, cancellationToken) is not null;
                if (!isKnown)
                {
                    await RequireRoomAsync(schedule, cancellationToken);
                    var state = schedule.State with { Pending = [.. schedule.State.Pending, fire] };
                    schedule = await schedules.PutAsync(
                        schedule with { State = state }, [Event("schedule.triggered", by, reason) with { RunId = runId }], cancellationToken);
                }

                if (schedule is not null)
                {
                    // At once, so that the run is there to be looked at, unless it has to wait; then the owner starts it.
                    await runner.AdvanceAsync(new ScheduleOwnerInput(schedule.ScheduleId, schedule.OwnerId), client, cancellationToken);
                    await ScheduleOwners.WakeAsync(schedule, client, cancellationToken);
                    var isStarted = await runs.GetAsync(runId, cancellationToken) is not null;
                    return Answer.Accepted(
                        isStarted ? $"/api/runs/{runId}" : $"/api/schedules/{schedule.ScheduleId}",
                        new ScheduleTriggered(runId, isStarted, ScheduleSummary.Of(schedule)));
                }
            }
        });

    /// <summary><c>DELETE /schedules/{scheduleId}</c>: 204. A run that is going on goes on.</summary>
    /// <param name="request">The request.</param>
    /// <param name="scheduleId">The schedule.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(DeleteSchedule))]
    public Task<IActionResult> DeleteSchedule(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "schedules/{scheduleId}")] HttpRequest request,
        string scheduleId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var id = RouteIds.Require("scheduleId", scheduleId);
            var (by, reason) = await ReadByAsync(request, cancellationToken);
            RequireVersion(request, await RequireAsync(request, id, cancellationToken));
            var deleted = await schedules.DeleteAsync(id, Event("schedule.deleted", by, reason), cancellationToken) ?? throw Unknown(id);
            await client.RaiseEventAsync(deleted.OwnerId, RunEvents.ScheduleChanged, true, cancellationToken);
            return new NoContentResult();
        });

    private Task<IActionResult> ChangeAsync(
        HttpRequest request,
        string scheduleId,
        DurableTaskClient client,
        string type,
        Func<ScheduleRecord, bool> isDone,
        Func<ScheduleRecord, DateTimeOffset, ScheduleRecord> change,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            RouteIds.Require("scheduleId", scheduleId);
            var (by, reason) = await ReadByAsync(request, cancellationToken);
            while (true)
            {
                var schedule = await RequireAsync(request, scheduleId, cancellationToken);
                RequireVersion(request, schedule);
                var now = time.GetUtcNow();
                var stored = isDone(schedule)
                    ? schedule
                    : await schedules.PutAsync(
                        change(schedule, now) with { Version = schedule.Version + 1, UpdatedAt = now }, [Event(type, by, reason)], cancellationToken);
                if (stored is not null)
                {
                    return await ShowAsync(stored, client, StatusCodes.Status200OK, cancellationToken);
                }
            }
        });

    private async Task<(ScheduleRequest Asked, string By)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, limits, cancellationToken);
        var by = callers.Find(request, body, required: false)?.Name ?? Anonymous;
        return (ScheduleRequest.Read(body, time.GetUtcNow()), by);
    }

    private async Task<(string By, string? Reason)> ReadByAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadOptionalAsync(request, limits, cancellationToken);
        var by = callers.Find(request, body, required: false)?.Name ?? Anonymous;
        var reason = body.Text("reason");
        body.Require();
        return (by, reason);
    }

    /// <summary>A schedule is checked as its runs will be, where its author can still correct it.</summary>
    private async Task<ScheduleRecord> NewAsync(HttpRequest request, string id, ScheduleRequest asked, CancellationToken cancellationToken)
    {
        var thread = await threads.GetAsync(asked.ThreadId, cancellationToken) is { } found && request.Caller().Sees(found.Tenant)
            ? found
            : throw RequestRefusedException.BadRequest("threadId", $"There is no thread '{asked.ThreadId}'.");
        var work = new ScheduledWork(asked.Agent, asked.Goal, InputHash: null, PlanHash: null, asked.Limits, asked.DeadlineAfter, asked.Priority);
        await admission.CheckAsync(ScheduledRuns.Request(id, work, asked.Input, asked.Plan, deadline: null), cancellationToken);
        var now = time.GetUtcNow();
        return new ScheduleRecord
        {
            ScheduleId = id,
            ThreadId = thread.ThreadId,
            Tenant = thread.Tenant,
            Work = work with
            {
                InputHash = asked.Input is { } input ? await blobs.PutJsonAsync(input, cancellationToken) : null,
                PlanHash = asked.Plan is { } plan ? await blobs.PutJsonAsync(plan, cancellationToken) : null,
            },
            Timing = asked.Timing,
            Overlap = asked.Overlap,
            CatchUpWindow = asked.CatchUpWindow,
            RequestHash = asked.BodyHash,
            CreatedAt = now,
            UpdatedAt = now,
            State = new ScheduleState { Considered = now },
        };
    }

    /// <summary>What the old definition has not decided yet, the new one decides from now on.</summary>
    private static ScheduleRecord Replaced(ScheduleRecord existing, ScheduleRecord made) => made with
    {
        Version = existing.Version + 1,
        Revision = existing.Revision,
        CreatedAt = existing.CreatedAt,
        State = existing.State with
        {
            Considered = existing.State.Considered > made.State.Considered ? existing.State.Considered : made.State.Considered,
        },
    };

    private async Task RequireRoomAsync(ScheduleRecord schedule, CancellationToken cancellationToken)
    {
        if (schedule is { Overlap: OverlapPolicy.Skip, State.ActiveRunId: { } active }
            && await runs.GetAsync(active, cancellationToken) is { IsFinished: false })
        {
            throw RequestRefusedException.Conflict("scheduleId", $"The run '{active}' is still going on, and the schedule skips what overlaps.");
        }
    }

    /// <summary>Ids are those of all tenants: that one is taken shows, and nothing else.</summary>
    private static void RequireOwn(HttpRequest request, ScheduleRecord? schedule)
    {
        if (schedule is not null && !request.Caller().Sees(schedule.Tenant))
        {
            throw RequestRefusedException.Conflict("scheduleId", $"The id '{schedule.ScheduleId}' is taken.");
        }
    }

    private static void RequireVersion(HttpRequest request, ScheduleRecord? schedule)
    {
        var asked = Preconditions.Read(request.Headers);
        var version = schedule?.Version ?? 0;
        if ((asked.Version is { } wanted && wanted != version) || (asked.MustExist && schedule is null))
        {
            throw RequestRefusedException.PreconditionFailed(
                asked.Field,
                schedule is null ? "The schedule does not exist." : string.Create(CultureInfo.InvariantCulture, $"The schedule has version {version}."),
                version);
        }
    }

    private async Task<IActionResult> ShowAsync(ScheduleRecord schedule, DurableTaskClient client, int status, CancellationToken cancellationToken)
    {
        // Also where nothing was changed: the process may have died before the owner was started or told.
        await ScheduleOwners.WakeAsync(schedule, client, cancellationToken);
        return await ViewAsync(schedule, status, cancellationToken);
    }

    private async Task<IActionResult> ViewAsync(ScheduleRecord schedule, int status, CancellationToken cancellationToken)
    {
        var shown = new List<ScheduledRunView>();
        foreach (var fired in schedule.State.Runs)
        {
            if (await runs.GetAsync(fired.RunId, cancellationToken) is { } run)
            {
                shown.Add(new ScheduledRunView(fired.RunId, fired.FireTime, fired.Kind, fired.StartedAt, run.Status));
            }
        }

        return new Answer(
            status,
            ScheduleView.Of(schedule, shown),
            location: status == StatusCodes.Status201Created ? $"/api/schedules/{schedule.ScheduleId}" : null)
        {
            ETag = Preconditions.Tag(schedule.Version),
        };
    }

    private async Task<ScheduleRecord> RequireAsync(HttpRequest request, string? scheduleId, CancellationToken cancellationToken) =>
        await schedules.GetAsync(RouteIds.Require("scheduleId", scheduleId), cancellationToken) is { } schedule && request.Caller().Sees(schedule.Tenant)
            ? schedule
            : throw Unknown(scheduleId!);

    private ScheduleEvent Event(string type, string by, string? reason = null) => ScheduleEvent.New(time.GetUtcNow(), type, by, reason);

    private static RequestRefusedException Unknown(string scheduleId) =>
        RequestRefusedException.NotFound("scheduleId", $"There is no schedule '{scheduleId}'.");
}
