using System.Globalization;
using System.Text.Json.Serialization;

namespace CrashHost.Programs;

/// <summary>An orchestration's input: what it runs, and where in the whole program that is.</summary>
public sealed record Run(Workflow Workflow, string Root, string Path, int Generation)
{
    public Step Step => Generation == 0 ? Workflow.First : Workflow.AsNew!;

    public string StepPath => string.Create(CultureInfo.InvariantCulture, $"{Path}g{Generation}");
}

/// <summary>What an activity does.</summary>
public sealed record Job(string Root, string Path, int Failures, bool Succeeds)
{
    /// <summary>What its execution is noted as.</summary>
    [JsonIgnore]
    public string Line => Ledger.Line(Root, Path);
}

/// <summary>The names that steps go by; a path is where in its program a step stands.</summary>
public static class Names
{
    public const string Entity = "Journal";

    public static string Part(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}.{index}");

    public static string EntityKey(string root, int entity) => string.Create(CultureInfo.InvariantCulture, $"{root}-{entity}");

    public static string Event(string path) => $"Event{path}";

    public static string Failure(string path) => $"failed {path}";

    public static string ChildId(string instanceId, string path) => $"{instanceId}-{path}";
}
