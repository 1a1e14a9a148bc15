using System.Net;
using System.Text.Json.Nodes;
using AgentFunctions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AgentFunctions.Webhooks;

/// <summary>The webhooks' I/O.</summary>
/// <param name="services">Settings and sender.</param>
/// <param name="runs">The runs.</param>
/// <param name="journal">The journal.</param>
/// <param name="logger">The app's log.</param>
public sealed class WebhookActivities(WebhookAccess services, IRunStore runs, IRunJournal journal, ILogger<WebhookActivities> logger)
{
    /// <summary>Names of the targets that are told of events of a type.</summary>
    /// <param name="type">The type.</param>
    [Function(nameof(FindWebhookTargets))]
    public IReadOnlyList<string> FindWebhookTargets([ActivityTrigger] string type) => services.TargetsOf(type);

    /// <summary>Makes one attempt. Its success, or that it was the last one, goes into the run's audit log.</summary>
    /// <param name="post">The attempt.</param>
    /// <param name="cancellationToken">Ends the activity.</param>
    [Function(nameof(PostWebhook))]
    public async Task<WebhookAttempt> PostWebhook([ActivityTrigger] WebhookPost post, CancellationToken cancellationToken)
    {
        var (settings, sender) = (services.Settings, services.Sender);
        var answer = settings.Targets.TryGetValue(post.Target, out var target)
            ? await sender.PostAsync(target, post.Event, cancellationToken)
            : new WebhookAnswer(HttpStatusCode.Gone, "It is not configured any more.", RetryAfter: null);
        var wait = answer switch
        {
            { Problem: null } or { Status: HttpStatusCode.Gone } => null,
            _ => settings.WaitAfter(post.Attempt, answer.RetryAfter),
        };
        if (answer.Problem is { } problem)
        {
            logger.LogWarning(
                "Webhook '{EventId}' ({Type}) to '{Target}', attempt {Attempt}: {Problem}",
                post.Event.EventId, post.Event.Type, post.Target, post.Attempt, problem);
        }

        if (wait is null)
        {
            await RecordAsync(post, answer, cancellationToken);
        }

        return new WebhookAttempt(answer.Problem is null, wait);
    }

    private async Task RecordAsync(WebhookPost post, WebhookAnswer answer, CancellationToken cancellationToken)
    {
        if (post.Event.RunId is not { } runId || await runs.GetAsync(runId, cancellationToken) is null)
        {
            return;
        }

        await journal.CommitAsync(
            new RunCommit
            {
                RunId = runId,
                Key = $"webhook/{post.Event.EventId}/{post.Target}",
                Events =
                [
                    new AuditDraft(answer.Problem is null ? "webhook.delivered" : "webhook.failed", "runtime")
                    {
                        Reason = answer.Problem,
                        Data = new JsonObject
                        {
                            ["webhookId"] = post.Event.EventId,
                            ["event"] = post.Event.Type,
                            ["target"] = post.Target,
                            ["attempts"] = post.Attempt,
                        },
                    },
                ],
            },
            cancellationToken);
    }
}
