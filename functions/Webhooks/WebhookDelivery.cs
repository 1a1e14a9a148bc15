using AgentFunctions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentFunctions.Webhooks;

/// <summary>Tells the configured targets what has happened, each until it has answered, over crashes and for hours.</summary>
/// <remarks>
/// An orchestrator starts it by <see cref="Announce"/>, anything else by scheduling <see cref="Orchestrations.SendWebhook"/> under
/// <see cref="WebhookEvent.InstanceId"/>. A target may get the same event twice; its <c>webhook-id</c> is then the same.
/// </remarks>
public static class WebhookDelivery
{
    /// <summary>Tells all targets, and waits for none of them.</summary>
    /// <param name="context">The orchestration that tells.</param>
    /// <param name="told">What has happened.</param>
    public static void Announce(TaskOrchestrationContext context, WebhookEvent told) => _ = context.CallSubOrchestratorAsync(
        Orchestrations.SendWebhook, told, new SubOrchestrationOptions { InstanceId = told.InstanceId });

    /// <summary>The orchestrator. See <see cref="Orchestrations.SendWebhook"/>.</summary>
    /// <param name="context">The orchestration. Input: <see cref="WebhookEvent"/>.</param>
    [Function(Orchestrations.SendWebhook)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var told = context.GetInput<WebhookEvent>()!;
        var targets = await context.CallActivityAsync<IReadOnlyList<string>>(
            nameof(WebhookActivities.FindWebhookTargets), told.Type, Activities.Retried);
        await Task.WhenAll(targets.Select(target => TellAsync(context, told, target)));
    }

    private static async Task TellAsync(TaskOrchestrationContext context, WebhookEvent told, string target)
    {
        for (var attempt = 1; ; attempt++)
        {
            var made = await context.CallActivityAsync<WebhookAttempt>(
                nameof(WebhookActivities.PostWebhook), new WebhookPost(told, target, attempt), Activities.Retried);
            if (made.RetryIn is not { } wait)
            {
                return;
            }

            await context.CreateTimer(context.CurrentUtcDateTime + wait, CancellationToken.None);
        }
    }
}
