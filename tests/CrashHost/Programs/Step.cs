using System.Text.Json;
using System.Text.Json.Serialization;

namespace CrashHost.Programs;

/// <summary>What an orchestration does, as data. A step gives a text or fails with a message.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$")]
[JsonDerivedType(typeof(Sequence), "sequence")]
[JsonDerivedType(typeof(Together), "together")]
[JsonDerivedType(typeof(Graph), "graph")]
[JsonDerivedType(typeof(Activity), "activity")]
[JsonDerivedType(typeof(Delay), "delay")]
[JsonDerivedType(typeof(CancelledTimer), "cancelledTimer")]
[JsonDerivedType(typeof(Events), "events")]
[JsonDerivedType(typeof(ClientEvent), "clientEvent")]
[JsonDerivedType(typeof(MissingEvent), "missingEvent")]
[JsonDerivedType(typeof(Child), "child")]
[JsonDerivedType(typeof(EntityCall), "entityCall")]
[JsonDerivedType(typeof(EntitySignal), "entitySignal")]
[JsonDerivedType(typeof(CriticalSection), "criticalSection")]
[JsonDerivedType(typeof(Throw), "throw")]
[JsonDerivedType(typeof(Try), "try")]
public abstract record Step;

/// <summary>A workflow, continued as new with the second step when there is one.</summary>
public sealed record Workflow(Step First, Step? AsNew)
{
    [JsonIgnore]
    public IEnumerable<Step> Generations => AsNew is null ? [First] : [First, AsNew];

    public override string ToString() => JsonSerializer.Serialize(this);
}

/// <summary>One step after the other, up to the first that fails.</summary>
public sealed record Sequence(Step[] Steps) : Step;

/// <summary>All at once; when all have ended, the first that failed fails it.</summary>
public sealed record Together(Step[] Steps) : Step;

/// <summary>Each node as soon as those before it have ended, and not at all when one of them failed; the first that failed fails it.</summary>
public sealed record Graph(Node[] Nodes) : Step;

/// <summary>A node of a graph.</summary>
/// <param name="Body">What it does.</param>
/// <param name="After">The nodes before it, by their places in the graph, which are smaller than its own.</param>
public sealed record Node(Step Body, int[] After);

/// <summary>An activity that fails so many times, made again up to the given number of attempts.</summary>
public sealed record Activity(int Failures, int Attempts) : Step
{
    [JsonIgnore]
    public bool Succeeds => Failures < Attempts;
}

public sealed record Delay(int Milliseconds) : Step;

/// <summary>A timer of days that is cancelled after an activity.</summary>
public sealed record CancelledTimer : Step;

/// <summary>One branch sends events to its own instance, another one waits for them, each after something else.</summary>
public sealed record Events(int Count, Step BeforeSending, Step BeforeWaiting) : Step;

/// <summary>A wait for an event that the client raises.</summary>
public sealed record ClientEvent : Step;

/// <summary>A wait with a timeout for an event that nobody raises.</summary>
public sealed record MissingEvent(int Milliseconds) : Step;

public sealed record Child(Workflow Body, bool HasGivenId) : Step;

public sealed record EntityCall(int Entity, bool Fails) : Step;

public sealed record EntitySignal(int Entity, int DelayMilliseconds) : Step;

/// <summary>Locks entities, looks at each, changes each and looks again.</summary>
public sealed record CriticalSection(int[] Entities) : Step;

public sealed record Throw : Step;

/// <summary>A step and what is done when it fails.</summary>
public sealed record Try(Step Body, Step Otherwise) : Step;
