using System.Diagnostics;
using System.Globalization;
using AgentFunctions.Local.DurableTask.Engine;
using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Orchestrations;
using AgentFunctions.Local.DurableTask.Tables;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;

namespace AgentFunctions.Local.DurableTask.Client;

/// <summary>The client of the engine in this process.</summary>
internal class LocalDurableTaskClient(DurableEngine engine, string name) : DurableTaskClient(name)
{
    private DataConverter Converter => engine.Functions.Converter;

    public override DurableEntityClient Entities { get; } = new LocalDurableEntityClient(engine, name);

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        cancellation.ThrowIfCancellationRequested();
        var instanceId = options?.InstanceId is { Length: > 0 } id ? id : NewInstanceId();
        InstanceIds.RefuseEntity(instanceId);
        var version = options?.Version is { } given ? given.Version : engine.Functions.DefaultVersion;
        var start = new ExecutionStarted(orchestratorName, Converter.Serialize(input), version, null);
        var instance = new NewInstance(instanceId, NewExecutionId(), start)
        {
            Tags = options?.Tags,
            StartAt = options?.StartAt,
            TraceParent = Activity.Current?.Id,
            KeptStatuses = IdReuse.KeptStatuses(options?.DedupeStatuses),
        };
        while (!await TryStartAsync(instance))
        {
            await MakeRoomAsync(instance, cancellation);
        }

        return instanceId;
    }

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return SendAsync(instanceId, new EventRaised(eventName, Converter.Serialize(eventPayload)), cancellation);
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, getInputsAndOutputs, status => status != InstanceStatus.Pending, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, getInputsAndOutputs, status => status.IsFinal(), cancellation);

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        var terminated = new ExecutionTerminated(Converter.Serialize(options?.Output), options?.Recursive ?? false);
        return SendAsync(instanceId, terminated, cancellation);
    }

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new ExecutionSuspended(reason), cancellation);

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new ExecutionResumed(reason), cancellation);

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        InstanceIds.Check(instanceId);
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(engine.Database.Read(db =>
            InstanceTable.Find(db, instanceId) is { } row ? Metadata.Of(db, row, Converter, getInputsAndOutputs) : null));
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        var query = filter ?? new OrchestrationQuery();
        InstanceIds.RefuseEntity(query.InstanceIdPrefix ?? string.Empty);
        return Pageable.Create((token, size, cancellation) =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Task.FromResult(Page(query, token ?? query.ContinuationToken, size ?? query.PageSize));
        });
    }

    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        cancellation.ThrowIfCancellationRequested();
        return new PurgeResult(await engine.Database.WriteAsync(db => Purging.One(db, instanceId, options?.Recursive ?? false)), true);
    }

    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        cancellation.ThrowIfCancellationRequested();
        var found = new InstanceFilter(null, filter.CreatedFrom, filter.CreatedTo, StatusesOf(filter.Statuses));
        return new PurgeResult(await engine.Database.WriteAsync(db => Purging.All(db, found, options?.Recursive ?? false)), true);
    }

    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        InstanceIds.Check(instanceId);
        cancellation.ThrowIfCancellationRequested();
        var (row, input) = engine.Database.Read(db =>
            InstanceTable.Find(db, instanceId) is { } found ? (found, InstanceTable.Data(db, found.Key).Input) : (null, null));
        if (row is null)
        {
            throw new ArgumentException($"There is no instance '{instanceId}'.", nameof(instanceId));
        }

        if (!restartWithNewInstanceId && !row.Status.IsFinal())
        {
            throw new InvalidOperationException($"Instance '{instanceId}' has not finished; it can be restarted only under a new id.");
        }

        var newId = restartWithNewInstanceId ? NewInstanceId() : instanceId;
        await StartAsync(new NewInstance(newId, NewExecutionId(), new ExecutionStarted(row.Name, input, row.Version, null))
        {
            Tags = HistoryCodec.DecodeTags(row.Tags),
            TraceParent = Activity.Current?.Id,
        });
        return newId;
    }

    public override async Task RewindInstanceAsync(string instanceId, string reason, CancellationToken cancellation = default)
    {
        InstanceIds.Check(instanceId);
        cancellation.ThrowIfCancellationRequested();
        var row = engine.Database.Read(db => InstanceTable.Find(db, instanceId))
            ?? throw new ArgumentException($"There is no instance '{instanceId}'.", nameof(instanceId));
        var plan = await RewindPlan.MakeAsync(engine, row);
        foreach (var handover in await engine.Database.WriteAsync(db => Rewinding.Run(db, plan, reason, engine.Now)))
        {
            handover(engine);
        }

        engine.Signals.Changed(instanceId);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Ids grow with time, so that new ones lie next to each other in the index of instances, however many there are.</summary>
    private static string NewInstanceId() => Guid.CreateVersion7().ToString("N", CultureInfo.InvariantCulture);

    private static string NewExecutionId() => Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);

    private static List<InstanceStatus>? StatusesOf(IEnumerable<OrchestrationRuntimeStatus>? statuses) =>
        statuses?.Select(status => (InstanceStatus)status).ToList();

    private async Task StartAsync(NewInstance instance)
    {
        if (!await TryStartAsync(instance))
        {
            throw Exists(instance.InstanceId);
        }
    }

    private async Task<bool> TryStartAsync(NewInstance instance)
    {
        var started = await engine.Database.WriteAsync(db => Instances.Start(db, instance, engine.Now));
        if (started is not null)
        {
            engine.Deliver(instance.InstanceId, started, instance.StartAt > engine.Now ? instance.StartAt : null);
        }

        return started is not null;
    }

    /// <summary>Terminates the instance that has the id of a new one, if that may replace it.</summary>
    private async Task MakeRoomAsync(NewInstance instance, CancellationToken cancellation)
    {
        var id = instance.InstanceId;
        var existing = engine.Database.Read(db => InstanceTable.Find(db, id))?.Status;
        if (existing is { } kept && instance.KeptStatuses.Contains(kept))
        {
            throw Exists(id);
        }

        // Gone or finished in the meantime: there is room.
        if (existing?.IsFinal() != false)
        {
            return;
        }

        await TerminateInstanceAsync(id, new TerminateInstanceOptions("Replaced by a new instance of the same id."), cancellation);
        await WaitForInstanceCompletionAsync(id, cancellation);
    }

    private static OrchestrationAlreadyExistsException Exists(string instanceId) =>
        new($"An orchestration with the id '{instanceId}' exists in a status in which it is not replaced.");

    private async Task SendAsync(string instanceId, HistoryEvent value, CancellationToken cancellation)
    {
        InstanceIds.Check(instanceId);
        cancellation.ThrowIfCancellationRequested();
        var id = await engine.Database.WriteAsync(db => MessageTable.InsertIfOpen(db, instanceId, null, value));
        if (id > 0)
        {
            engine.Deliver(instanceId, new Delivery(id, null, value));
        }
    }

    private Task<OrchestrationMetadata> WaitAsync(
        string instanceId, bool withData, Func<InstanceStatus, bool> isAwaited, CancellationToken cancellation)
    {
        InstanceIds.Check(instanceId);
        return engine.Signals.UntilAsync(
            instanceId,
            () => engine.Database.Read(db => InstanceTable.Find(db, instanceId) is { } row && isAwaited(row.Status)
                ? Metadata.Of(db, row, Converter, withData)
                : null),
            cancellation);
    }

    private Page<OrchestrationMetadata> Page(OrchestrationQuery query, string? token, int size) => engine.Database.Read(db =>
    {
        var filter = new InstanceFilter(query.InstanceIdPrefix, query.CreatedFrom, query.CreatedTo, StatusesOf(query.Statuses));
        var rows = InstanceTable.Page(db, filter, token ?? string.Empty, size);
        return new Page<OrchestrationMetadata>(
            [.. rows.Select(row => Metadata.Of(db, row, Converter, query.FetchInputsAndOutputs))],
            rows.Count == size ? rows[^1].InstanceId : null);
    });
}
