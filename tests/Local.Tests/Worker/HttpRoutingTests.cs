using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Local.Tests.Worker;

public class HttpRoutingTests
{
    [Theory]
    [InlineData("/api/Plain", "plain")]
    [InlineData("/api/plain", "plain")]
    [InlineData("/api/threads/t-1/files/a/b/c.txt", "t-1 a/b/c.txt")]
    [InlineData("/api/numbers/42", "43")]
    [InlineData("/api/pages", "page 1")]
    [InlineData("/api/pages/7", "page 7")]
    public async Task A_route_binds_its_values_to_parameters_by_name(string path, string expected)
    {
        await using var app = await LocalApp.StartAsync([typeof(Routes)]);

        Assert.Equal(expected, await app.Http.GetStringAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_path_that_nothing_answers_is_a_404_problem()
    {
        await using var app = await LocalApp.StartAsync([typeof(Routes)]);

        await AssertProblemAsync(await app.Http.GetAsync("/api/nowhere", TestContext.Current.CancellationToken), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_route_value_outside_its_constraint_is_a_404()
    {
        await using var app = await LocalApp.StartAsync([typeof(Routes)]);

        var answer = await app.Http.GetAsync("/api/numbers/many", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task A_route_value_that_does_not_fit_its_parameter_is_a_400_problem_naming_it()
    {
        await using var app = await LocalApp.StartAsync([typeof(Routes)]);

        var problem = await AssertProblemAsync(
            await app.Http.GetAsync("/api/guids/nothing-like-it", TestContext.Current.CancellationToken), HttpStatusCode.BadRequest);

        Assert.Contains("'id'", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_method_that_the_function_does_not_list_is_a_405_problem()
    {
        await using var app = await LocalApp.StartAsync([typeof(Routes)]);

        await AssertProblemAsync(
            await app.Http.DeleteAsync("/api/numbers/1", TestContext.Current.CancellationToken), HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task A_functions_own_404_is_left_as_it_is()
    {
        await using var app = await LocalApp.StartAsync([typeof(Routes)]);

        var answer = await app.Http.GetAsync("/api/missing", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_body_is_bound_from_json()
    {
        await using var app = await LocalApp.StartAsync([typeof(Routes)]);

        var answer = await app.Http.PostAsJsonAsync("/api/orders", new { name = "tea", amount = 2 }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("""{"name":"tea","amount":3}""", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"name":"tea","amount":"lots"}""")]
    [InlineData("[]")]
    public async Task A_body_that_does_not_fit_is_a_400_problem(string body)
    {
        await using var app = await LocalApp.StartAsync([typeof(Routes)]);

        var answer = await app.Http.PostAsync("/api/orders", new StringContent(body), TestContext.Current.CancellationToken);

        await AssertProblemAsync(answer, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_minimal_api_result_is_written_too()
    {
        await using var app = await LocalApp.StartAsync([typeof(Routes)]);

        var answer = await app.Http.GetAsync("/api/teapot", TestContext.Current.CancellationToken);

        Assert.Equal(418, (int)answer.StatusCode);
    }

    [Fact]
    public async Task The_server_does_not_say_what_it_is()
    {
        await using var app = await LocalApp.StartAsync([typeof(Routes)]);

        var answer = await app.Http.GetAsync("/api/plain", TestContext.Current.CancellationToken);

        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task A_large_body_streams_to_the_function()
    {
        await using var app = await LocalApp.StartAsync([typeof(Routes)]);
        using var body = new StreamContent(new MemoryStream(new byte[40_000_000]));

        var answer = await app.Http.PostAsync("/api/length", body, TestContext.Current.CancellationToken);

        Assert.Equal("40000000", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_function_may_read_and_answer_without_types_of_asp_net_core()
    {
        await using var app = await LocalApp.StartAsync([typeof(Routes)]);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/data?by=2") { Content = JsonContent.Create(new Order("pen", 1)) };
        request.Headers.Add("x-asked", "kindly");

        var answer = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(["PUT kindly"], answer.Headers.GetValues("x-told"));
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(new Order("pen", 3), await answer.Content.ReadFromJsonAsync<Order>(TestContext.Current.CancellationToken));
    }

    internal static async Task<ProblemDetails> AssertProblemAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return (await answer.Content.ReadFromJsonAsync<ProblemDetails>(TestContext.Current.CancellationToken))!;
    }

    public sealed record Order(string Name, int Amount);

    public class Routes
    {
        [Function("Plain")]
        public static IActionResult Plain([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => new ContentResult { Content = "plain" };

        [Function("File")]
        public static async Task<IActionResult> File(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "threads/{threadId}/files/{*path}")] HttpRequest request,
            string threadId,
            string path)
        {
            await Task.Yield();
            return new ContentResult { Content = $"{threadId} {path}" };
        }

        [Function("Number")]
        public static IActionResult Number(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "numbers/{n:int}")] HttpRequest request, int n) =>
            new ContentResult { Content = $"{n + 1}" };

        [Function("Page")]
        public static IActionResult Page(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "pages/{page:int?}")] HttpRequest request, int page = 1) =>
            new ContentResult { Content = $"page {page}" };

        [Function("Guid")]
        public static IActionResult Id(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "guids/{id}")] HttpRequest request, Guid id) =>
            new OkObjectResult(id);

        [Function("Missing")]
        public static IActionResult Missing([HttpTrigger(AuthorizationLevel.Anonymous, Route = "missing")] HttpRequest request) =>
            new NotFoundResult();

        [Function("Order")]
        public static ValueTask<IActionResult> Create(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "orders")] HttpRequest request, [FromBody] Order order) =>
            ValueTask.FromResult<IActionResult>(new ObjectResult(order with { Amount = order.Amount + 1 }) { StatusCode = 201 });

        [Function("Teapot")]
        public static IResult Teapot([HttpTrigger(AuthorizationLevel.Anonymous, Route = "teapot")] HttpRequest request) =>
            Results.StatusCode(418);

        [Function("Data")]
        public static async Task<HttpResponseData> Data([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "data")] HttpRequestData request)
        {
            var order = (await request.ReadFromJsonAsync<Order>())!;
            var response = request.CreateResponse(HttpStatusCode.Created);
            response.Headers.Add("x-told", $"{request.Method} {request.Headers.GetValues("x-asked").Single()}");
            await response.WriteAsJsonAsync(order with { Amount = order.Amount + int.Parse(request.Query["by"]!, System.Globalization.CultureInfo.InvariantCulture) });
            return response;
        }

        [Function("Length")]
        public static async Task<IActionResult> Length([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "length")] HttpRequest request)
        {
            var buffer = new byte[65_536];
            var total = 0L;
            for (int read; (read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0;)
            {
                total += read;
            }

            return new ContentResult { Content = $"{total}" };
        }
    }
}
