using System.Text.Json;
using AgentFunctions.Http;
using AgentFunctions.Http.Requests;
using AgentFunctions.Planning;
using AgentFunctions.Runs;
using AgentFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace AgentFunctions.Schedules;

/// <summary>Starts what schedules are to run. Any number of callers may do so at once: each fire time comes to one run.</summary>
/// <param name="schedules">The schedules.</param>
/// <param name="runs">The runs.</param>
/// <param name="threads">The threads.</param>
/// <param name="blobs">Inputs and plans.</param>
/// <param name="admission">The way that all runs go.</param>
/// <param name="settings">Bounds.</param>
/// <param name="time">The clock.</param>
public sealed class ScheduleRunner(
    IScheduleStore schedules,
    IRunStore runs,
    IThreadStore threads,
    IBlobStore blobs,
    RunAdmission admission,
    ScheduleSettings settings,
    TimeProvider time)
{
    private static readonly TimeSpan AfterOverload = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Starts the runs whose time has come, and says what is to be waited for. Made again after a crash it comes to the same: a run's id is
    /// that of its schedule and fire time.
    /// </summary>
    /// <param name="owner">The owner.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ScheduleWait> AdvanceAsync(ScheduleOwnerInput owner, DurableTaskClient client, CancellationToken cancellationToken)
    {
        while (true)
        {
            var schedule = await schedules.GetAsync(owner.ScheduleId, cancellationToken);
            if (schedule is null || schedule.OwnerId != owner.OwnerId)
            {
                return new ScheduleWait(IsOver: true, Until: null);
            }

            var isFinished = schedule.State.ActiveRunId is not { } active
                || await runs.GetAsync(active, cancellationToken) is null or { IsFinished: true };
            var turn = SchedulePlanner.Advance(schedule, time.GetUtcNow(), _ => isFinished, settings);
            if (await schedules.PutAsync(turn.Schedule, turn.Events, cancellationToken) is null)
            {
                // Somebody has changed it in between.
                continue;
            }

            if (turn.Start is { } fire)
            {
                if (await StartAsync(turn.Schedule, fire, client, cancellationToken) is { } retryAt)
                {
                    return new ScheduleWait(IsOver: false, retryAt.UtcDateTime);
                }

                continue;
            }

            if (turn.Cancel is { } previous)
            {
                await CancelAsync(previous, turn.Schedule, client, cancellationToken);
            }

            var (state, timing) = (turn.Schedule.State, turn.Schedule.Timing);
            return new ScheduleWait(IsOver: false, state.IsPaused ? null : timing.Next(state.Considered)?.UtcDateTime);
        }
    }

    /// <summary>Starts a run; a time where the app has no room for it now and it is to be tried again.</summary>
    private async Task<DateTimeOffset?> StartAsync(
        ScheduleRecord schedule, ScheduledFire fire, DurableTaskClient client, CancellationToken cancellationToken)
    {
        Func<ScheduleRecord, DateTimeOffset, ScheduleTurn> ended;
        try
        {
            var thread = await threads.GetAsync(schedule.ThreadId, cancellationToken)
                ?? throw RequestRefusedException.NotFound("threadId", $"There is no thread '{schedule.ThreadId}'.");
            await admission.AcceptAsync(thread, await RequestAsync(schedule, fire, cancellationToken), client, cancellationToken);
            ended = (now, at) => SchedulePlanner.Started(now, fire, at);
        }
        catch (RequestRefusedException refused)
            when (refused.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            return time.GetUtcNow() + AfterOverload;
        }
        catch (RequestRefusedException refused)
        {
            ended = (now, at) => SchedulePlanner.Refused(now, fire, refused.Message, at);
        }

        while (await schedules.GetAsync(schedule.ScheduleId, cancellationToken) is { } now && now.OwnerId == schedule.OwnerId)
        {
            var turn = ended(now, time.GetUtcNow());
            if (await schedules.PutAsync(turn.Schedule, turn.Events, cancellationToken) is not null)
            {
                break;
            }
        }

        return null;
    }

    private async Task<RunRequest> RequestAsync(ScheduleRecord schedule, ScheduledFire fire, CancellationToken cancellationToken)
    {
        var work = schedule.Work;
        var runId = fire.RunId(schedule);
        return ScheduledRuns.Request(
            runId,
            work,
            work.InputHash is null ? null : await blobs.GetJsonAsync<JsonElement>(work.InputHash, cancellationToken),
            work.PlanHash is null ? null : await blobs.GetJsonAsync<Plan>(work.PlanHash, cancellationToken),
            fire.At + work.DeadlineAfter) with
        {
            Schedule = new ScheduleOrigin(schedule.ScheduleId, fire.At, schedule.OwnerId),
        };
    }

    private static Task CancelAsync(string runId, ScheduleRecord schedule, DurableTaskClient client, CancellationToken cancellationToken) =>
        client.StartOnceAsync(
            Orchestrations.EndRun,
            RunEnding.InstanceId(runId, RunStatus.Canceled),
            new EndRunRequest(
                runId, RunStatus.Canceled, EndRunRequest.Runtime, $"The next run of the schedule '{schedule.ScheduleId}' takes its place."),
            isInTheWay: _ => true,
            cancellationToken);
}
