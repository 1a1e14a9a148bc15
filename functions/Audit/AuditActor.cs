namespace AgentFunctions.Audit;

/// <summary>What kind of actor decided or acted.</summary>
public enum ActorKind
{
    /// <summary>The runtime itself, by its rules.</summary>
    Runtime,

    /// <summary>An agent in its loop.</summary>
    Agent,

    /// <summary>An agent that makes plans.</summary>
    Planner,

    /// <summary>A human, or a program that calls the API.</summary>
    Human,
}

/// <summary>Who decided or acted.</summary>
/// <param name="Kind">What kind of actor.</param>
/// <param name="Id">The agent's name, the human's name, or <c>runtime</c>.</param>
public readonly record struct AuditActor(ActorKind Kind, string Id)
{
    private const string RuntimeId = "runtime";

    /// <summary>The runtime.</summary>
    public static AuditActor Runtime { get; } = new(ActorKind.Runtime, RuntimeId);

    /// <summary>An agent in its loop.</summary>
    /// <param name="name">Its name.</param>
    public static AuditActor Agent(string name) => new(ActorKind.Agent, name);

    /// <summary>An agent that makes plans.</summary>
    /// <param name="name">Its name.</param>
    public static AuditActor Planner(string name) => new(ActorKind.Planner, name);

    /// <summary>A human.</summary>
    /// <param name="name">Their name.</param>
    public static AuditActor Human(string name) => new(ActorKind.Human, name);

    /// <summary>Reads <c>runtime</c>, or <c>agent:NAME</c>, <c>planner:NAME</c>, <c>human:NAME</c> (also <c>user:NAME</c>).</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static AuditActor Parse(string text) => text.Split(':', 2) switch
    {
        [RuntimeId] => Runtime,
        ["agent", var name] => Agent(name),
        ["planner", var name] => Planner(name),
        ["human" or "user", var name] => Human(name),
        _ => throw new FormatException($"'{text}' is no actor."),
    };

    /// <summary>See <see cref="Parse"/>.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator AuditActor(string text) => Parse(text);

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Kind switch
    {
        ActorKind.Runtime => RuntimeId,
        ActorKind.Agent => $"agent:{Id}",
        ActorKind.Planner => $"planner:{Id}",
        ActorKind.Human => $"human:{Id}",
        _ => throw new InvalidOperationException($"Unknown kind of actor '{Kind}'."),
    };
}
