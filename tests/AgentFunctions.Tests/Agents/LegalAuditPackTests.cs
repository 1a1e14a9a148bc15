using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Models;
using AgentFunctions.Policies;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Models;
using AgentFunctions.Tests.Storage;
using AgentFunctions.Tests.Tools;
using AgentFunctions.Tools;
using LegalAudit;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Tests.Agents;

/// <summary>The legal audit's definitions and scripts over the tools that its pack really brings.</summary>
public sealed class LegalAuditPackTests : IDisposable
{
    private const string Contract =
        """
        CONTRATO DE PRESTAÇÃO DE SERVIÇOS
        Cláusula 1. Objeto. A CONTRATADA prestará serviços de manutenção à CONTRATANTE.
        Cláusula 9. Rescisão. Qualquer das partes poderá rescindir este contrato, sem motivo, mediante aviso prévio de 30 (trinta) dias.
        """;

    private readonly TempFolder folder = new();
    private readonly ServiceProvider services;

    public LegalAuditPackTests()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("DataDirectory", folder.Path)]).Build();
        var collection = new ServiceCollection();
        new LegalAuditPack().Configure(new PackBuilder(collection));
        collection.AddSingleton<IConfiguration>(configuration).AddSingleton<IAgentStore>(new MemoryAgentStore()).AddSingleton<IToolCircuitStore, NoCircuits>();
        services = collection.AddModels(configuration).AddTools(configuration).AddPolicies(configuration).AddAgents().BuildServiceProvider();
    }

    [Fact]
    public async Task Every_model_tool_and_agent_that_it_names_exists()
    {
        var agents = await services.GetRequiredService<IAgentCatalog>().ListAsync(CancellationToken.None);
        Assert.Equal(["contract-reviewer", "legal-auditor"], agents.Select(agent => agent.Definition.Name));
    }

    [Fact]
    public async Task A_review_by_script_and_real_tools_ends_with_an_answer_that_fits_the_agents_schema()
    {
        var (agent, tools, model) = await ReviewerAsync();
        var talk = new List<ChatMessage> { Simulated.User("""{"goal":"Review","input":{"path":"a.txt"}}""") };
        var called = new List<string>();
        for (var turn = 1; turn <= agent.Limits.MaxTurns; turn++)
        {
            var response = await model.GetResponseAsync(talk, Simulated.Options(agent: agent.Name, key: $"turn-{turn}"));
            var message = response.Messages.Single();
            talk.Add(message);
            var calls = message.Contents.OfType<FunctionCallContent>().ToList();
            if (calls.Count == 0)
            {
                Assert.Equal(["read_document", "analyze_termination", "check_lgpd", "record_review"], called);
                var answer = JsonNode.Parse(response.Text);
                Assert.Empty(ValueSchema.Read(agent.Output!.ToJsonString()).Validate(answer));
                Assert.Equal(30, answer!["termination"]!["noticeDays"]!.GetValue<int>());
                return;
            }

            called.AddRange(calls.Select(call => call.Name));
            foreach (var call in calls)
            {
                var arguments = JsonSerializer.SerializeToNode(call.Arguments, AgentJson.Options)!.AsObject();
                var result = await tools.InvokeAsync(call.Name, arguments, Context(call.CallId), CancellationToken.None);
                talk.Add(new(ChatRole.Tool, [new FunctionResultContent(call.CallId, JsonSerializer.SerializeToNode(result, AgentJson.Options))]));
            }
        }

        Assert.Fail("No answer.");
    }

    public void Dispose()
    {
        services.Dispose();
        folder.Dispose();
    }

    private async Task<(AgentDefinition Agent, IToolCatalog Tools, IChatClient Model)> ReviewerAsync()
    {
        var agent = (await services.GetRequiredService<IAgentCatalog>().FindAsync("contract-reviewer", CancellationToken.None))!.Definition;
        return (agent, services.GetRequiredService<IToolCatalog>(), services.GetRequiredService<IModelCatalog>().GetClient(agent.Model));
    }

    private static ToolContext Context(string key) => new("tenant", "thread-1", "run-1", "step-1", key, Attempt: 1, new OneFile());

    private sealed class OneFile : IThreadFiles
    {
        public Task<IReadOnlyList<ThreadFile>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ThreadFile>>([]);

        public Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) =>
            Task.FromResult(path == "a.txt" ? Encoding.UTF8.GetBytes(Contract) : null);

        public Task<ThreadFile> WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            throw new ToolFailureException(ToolFailureKind.Denied, "A review writes no file.");

        public Task<bool> DeleteAsync(string path, CancellationToken cancellationToken) => Task.FromResult(false);
    }
}
