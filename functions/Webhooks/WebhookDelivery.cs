using AgentFunctions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace AgentFunctions.Webhooks;

/// <summary>Tells the configured targets what has happened, each until it has answered, over crashes and for hours.</summary>
/// <remarks>
/// An activity starts it by <see cref="WebhookAccess.AnnounceAsync"/>, an entity by scheduling <see cref="Orchestrations.SendWebhook"/>
/// under <see cref="WebhookEvent.InstanceId"/>. An orchestrator does not: it would not end before the webhook is delivered. A target may get the same event twice; its <c>webhook-id</c> is then the same.
/// </remarks>
public static class WebhookDelivery
{
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
