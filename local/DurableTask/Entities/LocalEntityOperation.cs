using AgentFunctions.Local.DurableTask.Engine;
using AgentFunctions.Local.DurableTask.History;
using AgentFunctions.Local.DurableTask.Orchestrations;
using AgentFunctions.Local.DurableTask.Tables;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Local.DurableTask.Entities;

/// <summary>One operation of an entity, with the state it changes and the messages it sends.</summary>
internal sealed class LocalEntityOperation(EntityInstanceId id, OperationRequest request, string? state, IDurableFunctions functions)
    : TaskEntityOperation
{
    private readonly LocalEntityState entityState = new(functions.Converter, state);
    private readonly SendingContext context = new(id, functions);

    public override string Name => request.Operation;

    public override TaskEntityContext Context => context;

    public override TaskEntityState State => entityState;

    public override bool HasInput => request.Input is not null;

    public string? StateAfter => entityState.Serialized;

    public override object? GetInput(Type inputType) => functions.Converter.Deserialize(request.Input, inputType);

    /// <summary>Puts what the operation sent into an outbox.</summary>
    public void SendTo(Outbox outbox) => context.Sent.ForEach(send => send(outbox));

    private sealed class SendingContext(EntityInstanceId id, IDurableFunctions functions) : TaskEntityContext
    {
        public List<Action<Outbox>> Sent { get; } = [];

        public override EntityInstanceId Id => id;

        public override void SignalEntity(
            EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null)
        {
            ArgumentException.ThrowIfNullOrEmpty(operationName);
            var message = new OperationRequest(operationName, functions.Converter.Serialize(input), null, null);
            Sent.Add(outbox => outbox.Send(id.ToString(), message, options?.SignalTime));
        }

        public override string ScheduleNewOrchestration(TaskName name, object? input = null, StartOrchestrationOptions? options = null)
        {
            var instanceId = options?.InstanceId ?? Guid.NewGuid().ToString("N");
            InstanceIds.RefuseEntity(instanceId);
            var version = options?.Version is { } given ? given.Version : functions.DefaultVersion;
            var start = new ExecutionStarted(name, functions.Converter.Serialize(input), version, null);
            var instance = new NewInstance(instanceId, Guid.NewGuid().ToString("N"), start)
            {
                Tags = options?.Tags,
                StartAt = options?.StartAt,
            };
            Sent.Add(outbox => outbox.Start(instance));
            return instanceId;
        }
    }
}
