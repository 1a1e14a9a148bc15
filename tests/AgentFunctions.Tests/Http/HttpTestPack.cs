using System.ComponentModel;

namespace AgentFunctions.Tests.Http;

/// <summary>An agent that says its goal again, one that spawns it, and a tool.</summary>
public sealed class HttpTestPack : IPack
{
    public void Configure(PackBuilder pack) => pack.AddTools<NoteTools>().AddDefinitions("Http/definitions");
}

public sealed class NoteTools
{
    [Description("Takes a note.")]
    public string Note([Description("The text.")] string text) => text;
}
