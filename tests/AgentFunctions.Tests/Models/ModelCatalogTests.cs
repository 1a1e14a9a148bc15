using AgentFunctions.Agents;
using AgentFunctions.Models;
using AgentFunctions.Tests.Tools;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Tests.Models;

public sealed class ModelCatalogTests
{
    [Fact]
    public void Without_an_endpoint_every_model_is_simulated_and_says_so()
    {
        var models = Build();
        Assert.All(models.List(), model => Assert.Equal(("simulated", true), (model.Provider, model.IsSimulated)));
        Assert.Equal("simulated", models.GetClient("gpt-4o").GetService<ChatClientMetadata>()!.ProviderName);
        Assert.Equal(models.List().Select(model => model.Name).Order(StringComparer.Ordinal), models.List().Select(model => model.Name));
    }

    [Fact]
    public void An_unknown_model_is_not_found_and_has_no_client()
    {
        var models = Build();
        Assert.Null(models.Find("gpt-9"));
        Assert.Throws<KeyNotFoundException>(() => models.GetClient("gpt-9"));
        Assert.Same(models.GetClient("gpt-4o"), models.GetClient("gpt-4o"));
    }

    [Fact]
    public async Task An_Azure_endpoint_is_asked_at_the_deployments_path_with_tools_and_its_key()
    {
        await using var provider = await FakeProvider.StartAsync();
        var models = Build(("AZURE_OPENAI_ENDPOINT", provider.Url), ("AZURE_OPENAI_API_KEY", FakeProvider.Key), ("OPENAI_BASE_URL", "http://127.0.0.1:1"));
        var response = await AskAsync(models);
        var (path, key, body) = Assert.Single(provider.Requests);
        Assert.Equal("azure-openai", models.Find("gpt-4.1-mini")!.Provider);
        Assert.Equal(("/openai/deployments/gpt-4.1-mini/chat/completions", FakeProvider.Key), (path, key));
        Assert.Equal("add", body["tools"]![0]!["function"]!["name"]!.GetValue<string>());
        Assert.Equal("add", Assert.Single(response.Messages.Single().Contents.OfType<FunctionCallContent>()).Name);
        Assert.Equal((11, 7), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
    }

    [Fact]
    public async Task An_OpenAI_compatible_endpoint_is_asked_at_its_base_path_by_model_name()
    {
        await using var provider = await FakeProvider.StartAsync();
        var models = Build(("OPENAI_BASE_URL", $"{provider.Url}/v1"), ("OPENAI_API_KEY", FakeProvider.Key));
        await AskAsync(models);
        var (path, key, body) = Assert.Single(provider.Requests);
        Assert.Equal("openai", models.Find("gpt-4.1-mini")!.Provider);
        Assert.Equal(("/v1/chat/completions", $"Bearer {FakeProvider.Key}"), (path, key));
        Assert.Equal("gpt-4.1-mini", body["model"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(429, "rate_limit_exceeded", "rateLimited", true)]
    [InlineData(429, "insufficient_quota", "rateLimited", false)]
    [InlineData(500, "server_error", "unavailable", true)]
    [InlineData(503, null, "unavailable", true)]
    [InlineData(408, null, "timeout", true)]
    [InlineData(409, null, "unavailable", true)]
    [InlineData(401, "invalid_api_key", "unauthorized", false)]
    [InlineData(403, null, "unauthorized", false)]
    [InlineData(400, "context_length_exceeded", "invalidRequest", false)]
    [InlineData(404, "DeploymentNotFound", "notFound", false)]
    public async Task A_providers_error_is_classified_after_one_attempt_without_secrets(int status, string? code, string kind, bool transient)
    {
        await using var provider = await FakeProvider.StartAsync();
        provider.Status = status;
        provider.Body = code is null
            ? $"<html>{FakeProvider.Key}</html>"
            : $$$"""{"error":{"code":"{{{code}}}","message":"Incorrect API key provided: {{{FakeProvider.Key}}}."}}""";
        var models = Build(("OPENAI_BASE_URL", provider.Url), ("OPENAI_API_KEY", FakeProvider.Key));
        var failure = models.Classify((await Record.ExceptionAsync(() => AskAsync(models)))!);
        Assert.Equal((kind, transient), (failure.Kind, failure.IsTransient));
        Assert.Contains($"HTTP {status}{(code is null ? ")" : $", {code})")}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
        Assert.Single(provider.Requests);
    }

    [Theory]
    [InlineData("Retry-After", "7", 7.0)]
    [InlineData("retry-after-ms", "1500", 1.5)]
    [InlineData("Retry-After", "999999999", 3600.0)]
    [InlineData("Retry-After", "-5", null)]
    [InlineData("Retry-After", "soon", null)]
    public async Task How_long_to_wait_is_what_the_provider_asks_for_up_to_an_hour(string header, string value, double? seconds)
    {
        await using var provider = await FakeProvider.StartAsync();
        provider.Status = 429;
        provider.Headers[header] = value;
        var models = Build(("OPENAI_BASE_URL", provider.Url));
        var failure = models.Classify((await Record.ExceptionAsync(() => AskAsync(models)))!);
        Assert.Equal(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null, failure.RetryAfter);
    }

    [Fact]
    public async Task A_provider_that_cannot_be_reached_is_unavailable()
    {
        string url;
        await using (var provider = await FakeProvider.StartAsync())
        {
            url = provider.Url;
        }

        var models = Build(("OPENAI_BASE_URL", url));
        var failure = models.Classify((await Record.ExceptionAsync(() => AskAsync(models)))!);
        Assert.Equal(("unavailable", true), (failure.Kind, failure.IsTransient));
    }

    [Fact]
    public async Task An_answer_that_is_no_JSON_is_an_error_worth_a_retry()
    {
        await using var provider = await FakeProvider.StartAsync();
        provider.Body = "<html>";
        var models = Build(("OPENAI_BASE_URL", provider.Url));
        var failure = models.Classify((await Record.ExceptionAsync(() => AskAsync(models)))!);
        Assert.Equal(("error", true), (failure.Kind, failure.IsTransient));
    }

    [Theory]
    [InlineData(typeof(TaskCanceledException), "timeout", true)]
    [InlineData(typeof(TimeoutException), "timeout", true)]
    [InlineData(typeof(HttpRequestException), "unavailable", true)]
    [InlineData(typeof(NotSupportedException), "invalidRequest", false)]
    [InlineData(typeof(FormatException), "error", true)]
    public void Other_errors_are_classified_by_type_without_their_text(Type type, string kind, bool transient)
    {
        var failure = Build().Classify((Exception)Activator.CreateInstance(type, "secret")!);
        Assert.Equal((kind, transient), (failure.Kind, failure.IsTransient));
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AZURE_OPENAI_ENDPOINT", "my resource with secret")]
    [InlineData("OPENAI_BASE_URL", "file:///etc/secret")]
    [InlineData("Models:TimeoutSeconds", "secret")]
    [InlineData("Models:Simulated:ErrorRate", "2")]
    [InlineData("Models:Simulated:LatencyMs", "-1")]
    public void A_wrong_setting_is_refused_by_name_without_its_value(string key, string value)
    {
        var error = Assert.Throws<InvalidOperationException>(() => Build((key, value)));
        Assert.Contains(key, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_wants_a_provider_that_is_not_configured_is_refused_at_its_line()
    {
        var table = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.yaml");
        File.WriteAllText(table, "models:\n  - {name: a, provider: azure-openai, inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1}\n");
        try
        {
            var error = Assert.Throws<DefinitionException>(() => Build(("Models:Table", table)));
            Assert.Equal((table, 2), (error.File, error.Line));
            Assert.Contains("AZURE_OPENAI_ENDPOINT", error.Problem, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(table);
        }
    }

    private static IModelCatalog Build(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)))
            .Build();
        return new ServiceCollection().AddModels(configuration).BuildServiceProvider().GetRequiredService<IModelCatalog>();
    }

    private static Task<ChatResponse> AskAsync(IModelCatalog models)
    {
        var options = Simulated.Options();
        options.Tools = [Catalog.Of<SampleTools>().Find("add")!];
        return models.GetClient("gpt-4.1-mini").GetResponseAsync([new ChatMessage(ChatRole.User, "Add.")], options);
    }
}
