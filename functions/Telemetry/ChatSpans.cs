using System.Diagnostics;
using AgentFunctions.Models;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Telemetry;

/// <summary>The spans and metrics of model calls: those of Microsoft.Extensions.AI, with what a call has cost and for whom it was made.</summary>
/// <param name="settings">Whether content is captured.</param>
/// <param name="tokens">Counts tokens where the provider reports none.</param>
internal sealed class ChatSpans(TelemetrySettings settings, ITokenCounter tokens)
{
    /// <summary>The client, observed.</summary>
    /// <param name="model">The model, with its prices.</param>
    /// <param name="client">The client.</param>
    public IChatClient Around(ModelDefinition model, IChatClient client) => new ChatClientBuilder(new PricedClient(client, model, tokens))
        .UseOpenTelemetry(sourceName: TelemetryNames.Source, configure: spans => spans.EnableSensitiveData = settings.CapturesContent)
        .Build();

    /// <summary>Inside of the client that makes the span, so that the span is current.</summary>
    private sealed class PricedClient(IChatClient inner, ModelDefinition model, ITokenCounter tokens) : DelegatingChatClient(inner)
    {
        public override async Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            if (Activity.Current is not { } span || span.Source.Name != TelemetryNames.Source)
            {
                return await base.GetResponseAsync(messages, options, cancellationToken);
            }

            var asked = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
            span.SetTag(TelemetryNames.SpanKind, "LLM").SetTag("llm.model_name", model.Name);
            Copy(span, options);
            var response = await base.GetResponseAsync(asked, options, cancellationToken);
            var input = response.Usage?.InputTokenCount ?? tokens.Count(asked, options);
            var output = response.Usage?.OutputTokenCount ?? tokens.Count(response.Messages);
            var costUsd = (double)model.Cost(input, output);
            span.SetTag(TelemetryNames.CostUsd, costUsd)
                .SetTag("llm.cost.total", costUsd)
                .SetTag("llm.token_count.prompt", input)
                .SetTag("llm.token_count.completion", output)
                .SetTag("llm.token_count.total", input + output);
            return response;
        }

        private static void Copy(Activity span, ChatOptions? options)
        {
            foreach (var name in (string[])[TelemetryNames.RunId, TelemetryNames.RootRunId, TelemetryNames.Tenant, TelemetryNames.Conversation])
            {
                span.SetTag(name, span.Parent?.GetTagItem(name));
            }

            span.SetTag(TelemetryNames.Agent, options?.AdditionalProperties?.GetValueOrDefault(ModelRequestProperties.Agent));
            span.SetTag(TelemetryNames.Purpose, options?.AdditionalProperties?.GetValueOrDefault(ModelRequestProperties.Purpose));
            span.SetTag(TelemetryNames.Attempt, options?.AdditionalProperties?.GetValueOrDefault(ModelRequestProperties.Attempt));
        }
    }
}
