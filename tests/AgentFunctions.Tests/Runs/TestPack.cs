using System.Text.Json.Nodes;

namespace AgentFunctions.Tests.Runs;

/// <summary>Agents and scripts of one test, written as YAML; everything that a test does not care about is filled in.</summary>
public sealed class TestPack
{
    /// <summary>Prices with which a cost shows every token: USD per million tokens.</summary>
    public const decimal InputUsd = 3m;

    public const decimal OutputUsd = 11m;

    private readonly Dictionary<string, string> files = new(StringComparer.Ordinal)
    {
        ["models.yaml"] = $"models: [{{name: scripted, provider: simulated, inputUsdPerMillionTokens: {InputUsd}, outputUsdPerMillionTokens: {OutputUsd}}}]",
    };

    /// <summary>What the tools answer from the start of an app, so that a run that goes on there at once is answered so, too.</summary>
    public Func<ProbedCall, JsonNode?>? Answer { get; init; }

    /// <summary>An agent that thinks in turns.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="definition">More fields of its definition.</param>
    /// <param name="act">The turns of its script.</param>
    public TestPack React(string name, string definition, string act) =>
        Agent(name, $"mode: react\n{definition}", $"act:\n{act}");

    /// <summary>An agent that plans.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="definition">More fields of its definition.</param>
    /// <param name="plan">The Liquid template of its plans.</param>
    public TestPack Planner(string name, string definition, string plan = """{"steps":[]}""") =>
        Agent(name, $"mode: plan\n{definition}", $"plan: |\n{Indented(plan)}");

    /// <summary>An agent that answers at once.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="text">The template of its answer.</param>
    public TestPack Speaker(string name, string text = "I did {{ goal }}") => React(name, "", $"  - text: {Quoted(text)}");

    /// <summary>A policy; an agent names it by <c>policy</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rules">The fields after its name.</param>
    public TestPack Policy(string name, string rules)
    {
        files[$"policies/{name}.yaml"] = $"name: {name}\n{rules}\n";
        return this;
    }

    /// <summary>The model table, in place of one simulated model.</summary>
    /// <param name="table">Its YAML; agents name the model <c>scripted</c>.</param>
    public TestPack Models(string table)
    {
        files["models.yaml"] = table;
        return this;
    }

    /// <summary>Writes the files that the app reads.</summary>
    /// <param name="folder">Where to.</param>
    public void Write(string folder)
    {
        foreach (var (path, content) in files)
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
        }
    }

    private TestPack Agent(string name, string definition, string script)
    {
        files[$"agents/{name}.yaml"] = $"name: {name}\nmodel: scripted\ninstructions: Work.\n{definition}\n";
        files[$"scripts/{name}.yaml"] = $"agent: {name}\n{script}\n";
        return this;
    }

    private static string Indented(string text) => string.Join('\n', text.Split('\n').Select(line => $"  {line}"));

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
