using AgentFunctions.Runs;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFunctions.Webhooks;

/// <summary>Who is told by webhook.</summary>
public sealed class WebhookAccess
{
    internal WebhookAccess(WebhookSettings settings, WebhookSender sender) => (Settings, Sender) = (settings, sender);

    internal WebhookSettings Settings { get; }

    internal WebhookSender Sender { get; }

    /// <summary>Names of the targets that are told of events of a type, in their order.</summary>
    /// <param name="type">The type.</param>
    public IReadOnlyList<string> TargetsOf(string type) =>
        [.. Settings.Targets.Values.Where(target => target.Wants(type)).Select(target => target.Name).Order(StringComparer.Ordinal)];

    /// <summary>Tells all who want to know, once for each <see cref="WebhookEvent.EventId"/>, and waits for none of them.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="told">What has happened.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task AnnounceAsync(DurableTaskClient client, WebhookEvent told, CancellationToken cancellationToken) => TargetsOf(told.Type).Count == 0
        ? Task.CompletedTask
        : client.StartOnceAsync(Orchestrations.SendWebhook, told.InstanceId, told, isInTheWay: _ => true, cancellationToken);
}

/// <summary>Registers the webhooks.</summary>
public static class WebhookServices
{
    /// <summary>
    /// Adds <see cref="WebhookAccess"/>. Settings, all below <c>Webhooks</c>:
    /// <list type="bullet">
    /// <item><c>Targets:NAME:Url</c> (https) and <c>:Secret</c> (at least 24 bytes, or <c>whsec_</c> and base64): who is told.</item>
    /// <item><c>Targets:NAME:PreviousSecret</c>: signs as well while keys are being exchanged.</item>
    /// <item><c>Targets:NAME:Events</c>: types such as <c>approval.*,budget.alert</c>; without it all.</item>
    /// <item><c>Targets:NAME:AllowPrivateNetwork</c> (false): plain http, and addresses of private networks and of this machine.</item>
    /// <item><c>MaxAttempts</c> (20), <c>RetrySeconds</c> (5; doubles up to an hour), <c>TimeoutSeconds</c> (10).</item>
    /// </list>
    /// </summary>
    /// <param name="services">The app's services.</param>
    /// <param name="configuration">The app's configuration.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message names it, never its value.</exception>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(WebhookSettings.Read(configuration));
        services.AddSingleton<WebhookSender>();
        return services.AddSingleton(provider => new WebhookAccess(
            provider.GetRequiredService<WebhookSettings>(), provider.GetRequiredService<WebhookSender>()));
    }
}
