using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Tests.Runs;

namespace AgentFunctions.Tests.Approvals;

/// <summary>What humans do in these tests.</summary>
internal static class Asking
{
    /// <summary>Settings with which callers play principals.</summary>
    public const string Principals = "--Principals:Source=development";

    /// <summary>The pending approvals, once there are so many.</summary>
    public static async Task<IReadOnlyList<JsonObject>> PendingAsync(this RuntimeApp app, int count = 1)
    {
        var list = await app.WhenAsync("approvals?status=pending", list => list["approvals"]!.AsArray().Count == count);
        return [.. list["approvals"]!.AsArray().Select(each => each!.AsObject())];
    }

    /// <summary>The one pending approval, once it is there.</summary>
    public static async Task<JsonObject> AskedAsync(this RuntimeApp app) => (await app.PendingAsync())[0];

    public static string Id(this JsonObject approval) => (string)approval["approvalId"]!;

    /// <summary>Answers, as somebody who says who they are.</summary>
    public static Task<(HttpStatusCode Status, JsonObject Body)> AnswerAsync(
        this RuntimeApp app, JsonObject approval, string type, object? args = null, string by = "ana", string? reason = null, int? revision = null) =>
        app.PostAsync($"approvals/{approval.Id()}", new { type, args, by, reason, revision });

    /// <summary>Answers as a principal: <c>ana; groups=finance</c>.</summary>
    public static Task<(HttpStatusCode Status, JsonObject Body)> AnswerAsAsync(
        this RuntimeApp app, string principal, JsonObject approval, string type, object? args = null, int? revision = null) =>
        app.SendAsync(
            HttpMethod.Post,
            $"approvals/{approval.Id()}",
            JsonContent.Create(new { type, args, revision }, options: AgentJson.Options),
            headers: ("X-Development-Principal", principal));

    public static string Field(this JsonObject problem) => (string)problem["errors"]![0]!["field"]!;
}
