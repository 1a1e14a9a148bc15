namespace Microsoft.DurableTask;

/// <summary>The name of an orchestrator, activity or entity. Names are compared without regard to case.</summary>
public readonly struct TaskName : IEquatable<TaskName>
{
    /// <summary>Names a task.</summary>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public TaskName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Version = string.Empty;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>Always empty; versions are given with <see cref="TaskVersion"/>.</summary>
    public string Version { get; }

    /// <summary>Names a task.</summary>
    public static implicit operator TaskName(string value) => string.IsNullOrEmpty(value) ? default : new TaskName(value);

    /// <summary>The name as text.</summary>
    public static implicit operator string(TaskName value) => value.ToString();

    /// <summary>Whether both are the same name.</summary>
    public static bool operator ==(TaskName a, TaskName b) => a.Equals(b);

    /// <summary>Whether the names differ.</summary>
    public static bool operator !=(TaskName a, TaskName b) => !a.Equals(b);

    /// <inheritdoc/>
    public bool Equals(TaskName other) => string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TaskName other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(Name ?? string.Empty);

    /// <inheritdoc/>
    public override string ToString() => Name ?? string.Empty;
}
