using System.Reflection;
using System.Text.Json;
using AgentFunctions.Local.Worker.Discovery;
using AgentFunctions.Local.Worker.Hosting;
using AgentFunctions.Local.Worker.Invocation;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Local.Worker.ServiceBus;

/// <summary>Service Bus functions: the message or the batch of them, its body, its settlement, its session and its properties.</summary>
internal sealed class ServiceBusTriggerKind(IConfiguration configuration) : TriggerKind
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private static readonly Dictionary<string, Func<ServiceBusReceivedMessage, object?>> Metadata = new(StringComparer.OrdinalIgnoreCase)
    {
        ["MessageId"] = message => message.MessageId,
        ["DeliveryCount"] = message => message.DeliveryCount,
        ["SequenceNumber"] = message => message.SequenceNumber,
        ["SessionId"] = message => message.SessionId,
        ["CorrelationId"] = message => message.CorrelationId,
        ["Subject"] = message => message.Subject,
        ["ContentType"] = message => message.ContentType,
        ["ReplyTo"] = message => message.ReplyTo,
        ["To"] = message => message.To,
        ["LockToken"] = message => message.LockToken,
        ["EnqueuedTimeUtc"] = message => message.EnqueuedTime.UtcDateTime,
        ["ExpiresAtUtc"] = message => message.ExpiresAt.UtcDateTime,
    };

    public static IReadOnlyDictionary<string, object?> BindingData(ServiceBusReceivedMessage message) =>
        Metadata.ToDictionary(pair => pair.Key, pair => pair.Value(message), StringComparer.OrdinalIgnoreCase);

    /// <summary>Of a batch: each property as an array, under its name and <c>Array</c>.</summary>
    public static IReadOnlyDictionary<string, object?> BindingData(IReadOnlyList<ServiceBusReceivedMessage> batch) =>
        Metadata.ToDictionary(
            pair => $"{pair.Key}Array", object? (pair) => batch.Select(pair.Value).ToArray(), StringComparer.OrdinalIgnoreCase);

    public override bool Serves(TriggerBindingAttribute trigger) => trigger is ServiceBusTriggerAttribute;

    public override Func<LocalFunctionContext, ValueTask<object?>>? BindTrigger(TriggerBindingAttribute trigger, ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (((ServiceBusTriggerAttribute)trigger).IsBatched)
        {
            return type == typeof(ServiceBusReceivedMessage[]) ? context => ValueTask.FromResult(context.TriggerValue) : null;
        }

        if (type == typeof(ServiceBusReceivedMessage))
        {
            return context => ValueTask.FromResult<object?>(Message(context));
        }

        return type.IsArray && type != typeof(byte[]) ? null : context => ValueTask.FromResult(Body(Message(context), type, parameter.Name!));
    }

    public override Func<LocalFunctionContext, ValueTask<object?>>? BindOther(TriggerBindingAttribute trigger, ParameterInfo parameter)
    {
        var bus = (ServiceBusTriggerAttribute)trigger;
        if (parameter.ParameterType == typeof(ServiceBusMessageActions))
        {
            return context => ValueTask.FromResult<object?>(context.Features.Get<ServiceBusMessageActions>());
        }

        if (parameter.ParameterType == typeof(ServiceBusSessionMessageActions))
        {
            return bus.IsSessionsEnabled ? context => ValueTask.FromResult<object?>(context.Features.Get<ServiceBusSessionMessageActions>()) : null;
        }

        return !bus.IsBatched && Metadata.TryGetValue(parameter.Name!, out var read)
            ? context => ValueTask.FromResult(TextConversion.Convert(read(Message(context)), parameter.ParameterType))
            : null;
    }

    public override IEnumerable<string> Problems(TriggerBindingAttribute trigger, MethodInfo method)
    {
        var bus = (ServiceBusTriggerAttribute)trigger;
        string? problem = null;
        try
        {
            SettingNames.Resolve(bus.QueueName!, configuration);
            var connection = bus.Connection ?? LocalSettings.DefaultConnection;
            if (!ServiceBusConnections.IsSet(configuration, connection))
            {
                problem = $"its connection, the setting '{connection}', is not set";
            }
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            problem = error.Message.TrimEnd('.');
        }

        return problem is null ? [] : [problem];
    }

    private static ServiceBusReceivedMessage Message(LocalFunctionContext context) => (ServiceBusReceivedMessage)context.TriggerValue!;

    private static object? Body(ServiceBusReceivedMessage message, Type type, string parameter)
    {
        if (type == typeof(string))
        {
            return message.Body.ToString();
        }

        if (type == typeof(byte[]))
        {
            return message.Body.ToArray();
        }

        if (type == typeof(BinaryData))
        {
            return message.Body;
        }

        try
        {
            return JsonSerializer.Deserialize(message.Body.ToMemory().Span, type, Json);
        }
        catch (JsonException error)
        {
            throw new FunctionInputConverterException(
                $"The body of the message '{message.MessageId}' does not fit the parameter '{parameter}': {error.Message}", error);
        }
    }
}
