using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Tools;

/// <summary>The tools of the registered classes.</summary>
internal sealed class ToolCatalog : IToolCatalog
{
    /// <summary>The runtime's own tools, which no class may bring.</summary>
    private static readonly string[] Reserved = [ReportFailure.Name];

    private const int MaxMessage = 500;

    private readonly FrozenDictionary<string, Tool> tools;
    private readonly IReadOnlyList<AIFunction> list;
    private readonly ToolSettings settings;
    private readonly ToolFaults faults;
    private readonly ToolCircuits circuits;
    private readonly IServiceProvider services;
    private readonly TimeProvider time;

    /// <summary>Collects the tools.</summary>
    /// <param name="classes">The classes.</param>
    /// <param name="services">Where their instances come from.</param>
    /// <param name="settings">Timeouts and faults.</param>
    /// <param name="circuits">Which tools are left alone.</param>
    /// <param name="time">The clock of the timeouts.</param>
    /// <exception cref="InvalidOperationException">Two tools have one name, or a setting names a tool that does not exist.</exception>
    public ToolCatalog(IEnumerable<ToolClass> classes, IServiceProvider services, ToolSettings settings, ToolCircuits circuits, TimeProvider time)
    {
        (this.services, this.settings, this.circuits, this.time) = (services, settings, circuits, time);
        var found = new Dictionary<string, Tool>(StringComparer.Ordinal);
        foreach (var type in classes.Select(registered => registered.Type).Distinct())
        {
            foreach (var (function, compensation) in ToolFunctions.Of(type, Instance(type)))
            {
                Add(found, new Tool(type, function, ValueSchema.Read(function.JsonSchema.GetRawText()), compensation));
            }
        }

        settings.Check(found.ContainsKey);
        faults = new ToolFaults(settings.Faults, settings.Seed);
        tools = found.ToFrozenDictionary(StringComparer.Ordinal);
        list = [.. found.Values.Select(tool => tool.Function).OrderBy(function => function.Name, StringComparer.Ordinal)];
    }

    /// <inheritdoc />
    public AIFunction? Find(string name) => tools.GetValueOrDefault(name)?.Function;

    /// <inheritdoc />
    public IReadOnlyList<AIFunction> List() => list;

    /// <inheritdoc />
    public decimal CostUsd(string name) => Find(name)?.UnderlyingMethod?.GetCustomAttribute<ToolCostAttribute>()?.Usd ?? 0m;

    /// <inheritdoc />
    public IReadOnlyList<string> Validate(string name, JsonObject arguments) =>
        tools.TryGetValue(name, out var tool) ? tool.Schema.Validate(arguments) : [Unknown(name)];

    /// <inheritdoc />
    public async Task<ToolResult> InvokeAsync(string name, JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!tools.TryGetValue(name, out var tool))
        {
            return ToolResult.Failed(ToolFailureKind.NotFound, Unknown(name), context.Attempt);
        }

        if (tool.Schema.Validate(arguments) is { Count: > 0 } problems)
        {
            return ToolResult.Failed(ToolFailureKind.InvalidArguments, OneLine(string.Join(' ', problems)), context.Attempt);
        }

        return await circuits.CallAsync(
            name,
            context.Attempt,
            TimeoutOf(name),
            async token => faults.Hits(name, context)
                ? ToolResult.Failed(ToolFailureKind.Unavailable, "simulated fault", context.Attempt)
                : await CallAsync(tool.Function, arguments, context, token),
            cancellationToken);
    }

    /// <inheritdoc />
    public bool IsCompensated(string name) => tools.TryGetValue(name, out var tool) && tool.Compensation is not null;

    /// <inheritdoc />
    public Task<ToolResult> CompensateAsync(
        string name, JsonObject arguments, JsonNode? result, ToolContext context, CancellationToken cancellationToken)
    {
        if (!tools.TryGetValue(name, out var tool) || tool.Compensation is not { } compensation)
        {
            return Task.FromResult(ToolResult.Failed(
                ToolFailureKind.NotFound, OneLine($"The tool '{name}' declares no compensation any more."), context.Attempt));
        }

        var all = (JsonObject)arguments.DeepClone();
        all[Compensations.Result] = result?.DeepClone();
        return CallAsync(compensation, all, context, cancellationToken);
    }

    private async Task<ToolResult> CallAsync(AIFunction function, JsonObject arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var timeout = TimeoutOf(function.Name);
        using var deadline = new CancellationTokenSource(timeout, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            // The tool gets a thread of its own and is left behind at the deadline, because it may block or ignore its token.
            var value = await Task.Run(() => function.InvokeAsync(Bind(arguments, context), ending.Token).AsTask(), ending.Token).WaitAsync(ending.Token);
            return ToolResult.Ok((JsonNode?)value);
        }
        catch (ToolFailureException failure)
        {
            return ToolResult.Failed(failure.Kind, OneLine(failure.Message), context.Attempt);
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return deadline.IsCancellationRequested && exception is OperationCanceledException
                ? ToolResult.Failed(
                    ToolFailureKind.Timeout,
                    string.Create(CultureInfo.InvariantCulture, $"{function.Name} did not answer within {timeout.TotalSeconds} s."),
                    context.Attempt)
                : ToolResult.Failed(ToolFailureKind.Error, OneLine($"{exception.GetType().Name}: {exception.Message}"), context.Attempt);
        }
    }

    private TimeSpan TimeoutOf(string tool) => settings.Timeouts.GetValueOrDefault(tool, settings.Timeout);

    private AIFunctionArguments Bind(JsonObject arguments, ToolContext context) =>
        new(arguments.ToDictionary(argument => argument.Key, argument => (object?)argument.Value, StringComparer.Ordinal))
        {
            Services = services,
            Context = new Dictionary<object, object?> { [typeof(ToolContext)] = context },
        };

    private object Instance(Type type) =>
        services.GetService(type) ?? throw new InvalidOperationException($"The tool class {type.FullName} is not registered as a service.");

    private static void Add(Dictionary<string, Tool> found, Tool tool)
    {
        if (Reserved.Contains(tool.Function.Name, StringComparer.Ordinal))
        {
            throw new InvalidOperationException($"{tool.Type.FullName} brings a tool '{tool.Function.Name}', which is the runtime's own.");
        }

        if (!found.TryAdd(tool.Function.Name, tool))
        {
            throw new InvalidOperationException(
                $"{found[tool.Function.Name].Type.FullName} and {tool.Type.FullName} both bring a tool '{tool.Function.Name}'.");
        }
    }

    private static string Unknown(string name) => OneLine($"There is no tool '{name}'.");

    /// <summary>A model and an operator read it: one line, no stack, not endless.</summary>
    private static string OneLine(string message)
    {
        var line = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= MaxMessage ? line : $"{line.AsSpan(0, MaxMessage)}…";
    }

    private sealed record Tool(Type Type, AIFunction Function, ValueSchema Schema, AIFunction? Compensation);
}
