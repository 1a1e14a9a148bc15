using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Budgets;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Budgets;

/// <summary>Limits of any level and kind, set and raised over HTTP as a user does.</summary>
internal static class Levels
{
    /// <summary>Looks three words up, one in each turn, and then answers: 4 model calls, 3 tool calls, 1 step.</summary>
    public const string ThreeTurns =
        """
          - when: turn < 4
            calls:
              - {tool: look_up, args: '{"text": "word {{ turn }}"}'}
          - text: done
        """;

    public static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary><c>limits</c> with one of them.</summary>
    public static JsonObject Limit(BudgetKind kind, JsonNode value) => new() { [Word(kind)] = value };

    /// <summary>Creates a thread.</summary>
    public static async Task ThreadAsync(RuntimeApp app, string threadId, JsonObject? limits = null, string? department = null, decimal budgetUsd = 100m)
    {
        var (status, body) = await app.PostAsync("threads", new { threadId, tenant = "acme", department, budgetUsd, limits });
        Assert.True(status == HttpStatusCode.Created, body.ToJsonString());
    }

    /// <summary>Sets the limits of a department.</summary>
    public static async Task<JsonObject> DepartmentAsync(RuntimeApp app, string department, JsonObject limits, decimal? alertAt = null)
    {
        var body = JsonContent.Create(new { limits, alertAt, by = "ana", reason = "x" }, options: AgentJson.Options);
        var (status, view) = await app.SendAsync(HttpMethod.Put, $"departments/{department}/budget", body);
        Assert.True(status == HttpStatusCode.OK, view.ToJsonString());
        return view["budget"]!.AsObject();
    }

    /// <summary>Changes limits of a thread or of one of its runs.</summary>
    public static async Task<JsonObject> ChangeAsync(RuntimeApp app, string threadId, JsonObject limits, string? runId = null)
    {
        var (status, view) = await app.PostAsync($"threads/{threadId}/budget", new { limits, by = "ana", reason = "x", runId });
        Assert.True(status == HttpStatusCode.OK, view.ToJsonString());
        return view;
    }
}
