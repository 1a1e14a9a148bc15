using System.Net;
using System.Reflection;
using System.Text;
using AgentFunctions.Http;
using AgentFunctions.Http.OpenApi;
using AgentFunctions.Http.Principals;
using AgentFunctions.Tests.Storage;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Tests.Http;

/// <summary>Nobody without a function key, and no web page of somebody else.</summary>
public class FunctionKeyTests
{
    private static IEnumerable<(string Name, HttpMethod Method, string Path)> Routes =>
        from path in OpenApiDocument.Create()["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select ((string)operation.Value!["operationId"]!, new HttpMethod(operation.Key.ToUpperInvariant()), path.Key.TrimStart('/').Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal));

    [Fact]
    public void Every_HTTP_function_needs_a_function_key_but_those_that_are_open_for_a_reason()
    {
        var triggers = (
            from type in typeof(ThreadsApi).Assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
            let function = method.GetCustomAttribute<FunctionAttribute>()
            from parameter in method.GetParameters()
            let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
            where function is not null && trigger is not null
            select (function.Name, trigger.AuthLevel)).ToList();

        Assert.NotEmpty(triggers);
        Assert.All(triggers, each => Assert.Equal(
            OpenFunctions.Reasons.ContainsKey(each.Name) ? AuthorizationLevel.Anonymous : AuthorizationLevel.Function, each.AuthLevel));
        Assert.All(OpenFunctions.Reasons, each => Assert.Contains(each.Key, triggers.Select(trigger => trigger.Name)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    [InlineData("")]
    public async Task Without_a_key_every_route_answers_401_and_does_nothing(string? key)
    {
        using var folder = new TempFolder();
        await using var app = await ApiApp.StartAsync(folder.Path, "--FunctionKeys:default=right", "--FunctionKeys:system=other");
        (string, string)[] headers = key is null ? [] : [("x-functions-key", key)];

        foreach (var (name, method, path) in Routes)
        {
            using var content = method == HttpMethod.Get ? null : new StringContent("""{"threadId":"t","tenant":"acme","budgetUsd":1}""", Encoding.UTF8, "application/json");
            var (status, _) = await app.SendAsync(method, path, content, headers);

            Assert.True(status == (OpenFunctions.Reasons.ContainsKey(name) ? HttpStatusCode.OK : HttpStatusCode.Unauthorized), $"{name}: {status}");
        }

        Assert.Equal(HttpStatusCode.NotFound, (await app.SendAsync(HttpMethod.Get, "threads/t", null, ("x-functions-key", "right"))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await app.SendAsync(HttpMethod.Get, "threads/t?code=right")).Status);
    }

    [Fact]
    public async Task No_route_lets_pages_of_another_origin_read_or_call_it()
    {
        using var folder = new TempFolder();
        await using var app = await ApiApp.StartAsync(folder.Path);

        foreach (var (_, method, path) in Routes)
        {
            foreach (var asked in (HttpMethod[])[HttpMethod.Options, method])
            {
                using var request = new HttpRequestMessage(asked, path);
                request.Headers.Add("Origin", "https://evil.example.com");
                request.Headers.Add("Access-Control-Request-Method", method.Method);
                request.Headers.Add("Access-Control-Request-Headers", "content-type,x-functions-key");
                using var response = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);

                Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
                Assert.True(asked != HttpMethod.Options || (int)response.StatusCode >= 400, $"{asked} {path}: {response.StatusCode}");
            }
        }
    }
}
