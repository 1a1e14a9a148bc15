using AgentFunctions.Agents;
using AgentFunctions.Models;
using AgentFunctions.Yaml;
using FsCheck;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Models;

public sealed class ModelTableTests
{
    [Theory]
    [InlineData("{}", 1, "models")]
    [InlineData("models: gpt-4.1", 1, "models")]
    [InlineData("models:\n  - provider: auto", 2, "models[0].name")]
    [InlineData("models:\n  - name: a b\n    inputUsdPerMillionTokens: 1\n    outputUsdPerMillionTokens: 1", 2, "models[0].name")]
    [InlineData("models:\n  - name: a\n    inputUsdPerMillionTokens: -1\n    outputUsdPerMillionTokens: 1", 3, "models[0].inputUsdPerMillionTokens")]
    [InlineData("models:\n  - name: a\n    inputUsdPerMillionTokens: 1\n    outputUsdPerMillionTokens: free", 4, "models[0].outputUsdPerMillionTokens")]
    [InlineData("models:\n  - {name: a, provider: mine, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1}", 2, "models[0].provider")]
    [InlineData("models:\n  - {name: a, price: 1, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1}", 2, "models[0].price")]
    [InlineData("models:\n  - {name: a, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1}\n  - {name: a, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1}", 3, "models[1]")]
    public void A_wrong_table_is_refused_at_its_line_and_field(string yaml, int line, string field)
    {
        var error = Assert.Throws<DefinitionException>(() => ModelTable.Read(YamlFile.Parse("models.yaml", yaml)));
        Assert.Equal(("models.yaml", line, field), (error.File, error.Line, error.Field));
    }

    [Fact]
    public void The_deployment_is_the_name_unless_it_is_given()
    {
        var rows = ModelTable.Read(YamlFile.Parse("models.yaml", """
            models:
              - {name: b, deployment: mine, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2}
              - {name: a, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 2}
            """));
        Assert.Equal([("a", "a"), ("b", "mine")], rows.Select(row => (row.Name, row.Deployments[0].Deployment)));
    }

    [Fact]
    public void The_shipped_table_prices_the_public_models()
    {
        var rows = ModelTable.Read(YamlFile.Load(Path.Combine(AppContext.BaseDirectory, "definitions", "models.yaml")))
            .Where(row => row.Name != "simulated")
            .ToList();
        Assert.Equal(["gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-4o", "gpt-4o-mini"], rows.Select(row => row.Name));
        Assert.All(rows, row => Assert.True(row.InputUsdPerMillionTokens > 0 && row.OutputUsdPerMillionTokens > row.InputUsdPerMillionTokens));
    }

    [Fact]
    public void A_call_costs_tokens_times_price() =>
        Assert.Equal(0.0028m, new ModelDefinition("a", "simulated", 2.00m, 8.00m).Cost(1_000, 100));

    [Property]
    public bool Cost_is_exact_so_parts_always_add_up_to_the_whole(
        NonNegativeInt input, NonNegativeInt output, NonNegativeInt moreInput, NonNegativeInt moreOutput, PositiveInt inputCents, PositiveInt outputCents)
    {
        var model = new ModelDefinition("a", "simulated", inputCents.Get / 100m, outputCents.Get / 100m);
        return model.Cost(input.Get, output.Get) + model.Cost(moreInput.Get, moreOutput.Get)
            == model.Cost((long)input.Get + moreInput.Get, (long)output.Get + moreOutput.Get);
    }
}
