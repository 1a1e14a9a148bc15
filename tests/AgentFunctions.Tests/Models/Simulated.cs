using System.Text.Json.Nodes;
using AgentFunctions.Models;
using AgentFunctions.Models.Simulated;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Tests.Models;

/// <summary>A simulated model with a script of a test's own.</summary>
internal sealed class Simulated : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("agentfunctions-");

    public Simulated(params string[] scripts)
    {
        Directory.CreateDirectory(Path.Combine(folder.FullName, "scripts"));
        for (var index = 0; index < scripts.Length; index++)
        {
            File.WriteAllText(Path.Combine(folder.FullName, "scripts", $"{index}.yaml"), scripts[index]);
        }
    }

    public static TokenCounter Tokens { get; } = new();

    public Simulation Simulation { get; set; } = new();

    public DefinitionFolder Folder => new(folder.FullName);

    public static ChatMessage User(string json) => new(ChatRole.User, json);

    public static ChatMessage Asks(string callId, string tool, Dictionary<string, object?>? arguments = null) =>
        new(ChatRole.Assistant, [new FunctionCallContent(callId, tool, arguments)]);

    public static ChatMessage Answers(string callId, string json) =>
        new(ChatRole.Tool, [new FunctionResultContent(callId, JsonNode.Parse(json))]);

    public static ChatOptions Options(string purpose = "act", string agent = "tester", string key = "key", int attempt = 1) => new()
    {
        AdditionalProperties = new()
        {
            [ModelRequestProperties.Agent] = agent,
            [ModelRequestProperties.Purpose] = purpose,
            [ModelRequestProperties.CallKey] = key,
            [ModelRequestProperties.Attempt] = attempt,
        },
    };

    public Task<ChatResponse> AskAsync(ChatOptions options, params ChatMessage[] messages) =>
        Client().GetResponseAsync(messages, options);

    public SimulatedChatClient Client() => new("gpt-test", new ScriptCatalog([Folder]), Simulation, Tokens, TimeProvider.System);

    public void Dispose() => folder.Delete(recursive: true);
}
