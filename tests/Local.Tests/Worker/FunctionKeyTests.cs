using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Local.Tests.Worker;

public class FunctionKeyTests
{
    [Theory]
    [InlineData("anonymous")]
    [InlineData("function")]
    [InlineData("admin")]
    public async Task Without_keys_every_function_is_open(string path)
    {
        await using var app = await LocalApp.StartAsync([typeof(Guarded)]);

        Assert.Equal(HttpStatusCode.OK, (await app.Http.GetAsync($"/api/{path}", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("anonymous", null, HttpStatusCode.OK)]
    [InlineData("function", null, HttpStatusCode.Unauthorized)]
    [InlineData("function", "wrong", HttpStatusCode.Unauthorized)]
    [InlineData("function", "", HttpStatusCode.Unauthorized)]
    [InlineData("function", "key-of-functions", HttpStatusCode.OK)]
    [InlineData("function", "key-of-the-master", HttpStatusCode.OK)]
    [InlineData("admin", "key-of-functions", HttpStatusCode.Unauthorized)]
    [InlineData("admin", "key-of-the-master", HttpStatusCode.OK)]
    public async Task With_keys_a_function_asks_for_the_key_of_its_level(string path, string? key, HttpStatusCode expected)
    {
        await using var app = await LocalApp.StartAsync(
            [typeof(Guarded)],
            settings: ["--FunctionKeys:default=key-of-functions", "--FunctionKeys:master=key-of-the-master"]);
        using var byHeader = new HttpRequestMessage(HttpMethod.Get, $"/api/{path}");
        if (key is not null)
        {
            byHeader.Headers.Add("x-functions-key", key);
        }

        var byQuery = await app.Http.GetAsync($"/api/{path}{(key is null ? string.Empty : $"?code={key}")}", TestContext.Current.CancellationToken);

        Assert.Equal(expected, (await app.Http.SendAsync(byHeader, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(expected, byQuery.StatusCode);
    }

    public class Guarded
    {
        [Function("Anonymous")]
        public static IActionResult Anonymous([HttpTrigger(AuthorizationLevel.Anonymous, Route = "anonymous")] HttpRequest request) => new OkResult();

        [Function("Function")]
        public static IActionResult Function([HttpTrigger(AuthorizationLevel.Function, Route = "function")] HttpRequest request) => new OkResult();

        [Function("Admin")]
        public static IActionResult Admin([HttpTrigger(AuthorizationLevel.Admin, Route = "admin")] HttpRequest request) => new OkResult();
    }
}
