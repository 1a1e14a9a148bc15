using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Policies;
using AgentFunctions.Policies.Data;
using OpenTelemetry;

namespace AgentFunctions.Telemetry;

/// <summary>Takes out of spans, before they are exported, what any policy keeps out of the logs or out of the audit log.</summary>
/// <param name="policies">The policies.</param>
internal sealed class ContentRedaction(IPolicyCatalog policies) : BaseProcessor<Activity>
{
    /// <summary>Where captured arguments are.</summary>
    public const string ToolArguments = "gen_ai.tool.call.arguments";

    /// <summary>Where a captured result is.</summary>
    public const string ToolResult = "gen_ai.tool.call.result";

    private static readonly string[] Content =
        ["gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions", "gen_ai.tool.definitions", ToolArguments, ToolResult];

    private readonly Redactor[] redactors =
        [DataPolicy.Redactor(DataTarget.Logs, policies.List()), DataPolicy.Redactor(DataTarget.Audit, policies.List())];

    /// <inheritdoc />
    public override void OnEnd(Activity data)
    {
        foreach (var name in Content)
        {
            if (data.GetTagItem(name) is string content)
            {
                data.SetTag(name, Redacted(content));
            }
        }

        if (data.StatusDescription is { } description)
        {
            data.SetStatus(data.Status, redactors.Aggregate(description, (text, redactor) => redactor.Text(text)));
        }
    }

    /// <summary>As JSON, in which a name may tell what its value is, and escapes hide nothing.</summary>
    private string Redacted(string content)
    {
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(content);
        }
        catch (JsonException)
        {
            return redactors.Aggregate(content, (text, redactor) => redactor.Text(text));
        }

        return redactors.Aggregate(node, (json, redactor) => redactor.Json(json))?.ToJsonString(AgentJson.Options) ?? content;
    }
}
