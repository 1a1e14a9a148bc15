using System.Net;
using AgentFunctions.Audit;
using AgentFunctions.Tests.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Tests.Http;

/// <summary>A function that fails where nobody expects it.</summary>
public class FailedCallsTests
{
    [Fact]
    public async Task The_caller_gets_a_problem_and_nothing_of_what_failed()
    {
        await using var app = await RuntimeApp.StartAsync(
            new TestPack().React("clerk", "tools: [look_up]", "  - text: 'done'"),
            services => services.AddSingleton<AuditExport>(_ => throw new InvalidOperationException("The key is 4711.")));
        var runId = await app.RunAsync(new { agent = "clerk", goal = "x" });

        var answer = await app.Http.GetAsync(new Uri($"runs/{runId}/audit", UriKind.Relative), RuntimeApp.Ended);

        var body = await answer.Content.ReadAsStringAsync(RuntimeApp.Ended);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("The app's log says why.", body, StringComparison.Ordinal);
        Assert.DoesNotContain("4711", body, StringComparison.Ordinal);
    }
}
