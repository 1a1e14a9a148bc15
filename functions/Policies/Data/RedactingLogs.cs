using System.Collections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentFunctions.Policies.Data;

/// <summary>The app's loggers, which write nothing that a policy keeps out of the logs: not in messages, values, scopes or exceptions.</summary>
internal sealed class RedactingLoggerFactory : ILoggerFactory
{
    private readonly LoggerFactory inner;
    private readonly Redactor redactor;

    /// <summary>Wraps the factory that the host would use.</summary>
    public RedactingLoggerFactory(
        IEnumerable<ILoggerProvider> providers,
        IOptionsMonitor<LoggerFilterOptions> filters,
        IOptions<LoggerFactoryOptions> options,
        IPolicyCatalog policies)
    {
        inner = new LoggerFactory(providers, filters, options);
        redactor = DataPolicy.Redactor(DataTarget.Logs, policies.List());
    }

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) =>
        redactor.IsActive ? new RedactingLogger(inner.CreateLogger(categoryName), redactor) : inner.CreateLogger(categoryName);

    /// <inheritdoc />
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <inheritdoc />
    public void Dispose() => inner.Dispose();
}

/// <summary>One logger; see <see cref="RedactingLoggerFactory"/>.</summary>
/// <param name="inner">Writes.</param>
/// <param name="redactor">Redacts.</param>
internal sealed class RedactingLogger(ILogger inner, Redactor redactor) : ILogger
{
    /// <inheritdoc />
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => inner.BeginScope(Redact(state, state.ToString() ?? ""));

    /// <inheritdoc />
    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    /// <inheritdoc />
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (inner.IsEnabled(logLevel))
        {
            inner.Log(
                logLevel,
                eventId,
                Redact(state, formatter(state, exception)),
                exception is null ? null : new RedactedException(exception, redactor),
                (redacted, _) => redacted.ToString());
        }
    }

    private RedactedState Redact(object? state, string message) => new(
        redactor.Text(message),
        state is IEnumerable<KeyValuePair<string, object?>> values
            ? [.. values.Select(value => KeyValuePair.Create(value.Key, value.Value is null ? null : Value(value.Value)))]
            : []);

    /// <summary>A value that has nothing to hide keeps its type, which structured logs sort and count by.</summary>
    private object? Value(object value) => value.ToString() is { } text && redactor.Text(text) is var redacted && redacted != text ? redacted : value;
}

/// <summary>What was to be logged, redacted.</summary>
/// <param name="message">The message.</param>
/// <param name="values">The values in it, by name.</param>
internal sealed class RedactedState(string message, IReadOnlyList<KeyValuePair<string, object?>> values) : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <inheritdoc />
    public int Count => values.Count;

    /// <inheritdoc />
    public KeyValuePair<string, object?> this[int index] => values[index];

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.GetEnumerator();

    /// <inheritdoc />
    public override string ToString() => message;

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>An exception as logs show it.</summary>
/// <param name="inner">The exception.</param>
/// <param name="redactor">Redacts.</param>
internal sealed class RedactedException(Exception inner, Redactor redactor) : Exception(redactor.Text(inner.Message))
{
    /// <inheritdoc />
    public override string? StackTrace => inner.StackTrace;

    /// <inheritdoc />
    public override string ToString() => redactor.Text(inner.ToString());
}
