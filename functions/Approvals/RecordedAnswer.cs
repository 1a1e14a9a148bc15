using System.Text.Json.Nodes;
using AgentFunctions.Storage;

namespace AgentFunctions.Approvals;

/// <summary>What was answered, as the record keeps it. When it was is told by its event, so the same answer is the same content.</summary>
/// <param name="Type">What was decided.</param>
/// <param name="Args">Changed arguments of an <c>edit</c>, or <c>{text}</c> of a <c>response</c>.</param>
/// <param name="By">Who answered.</param>
/// <param name="Reason">Why.</param>
public sealed record RecordedAnswer(ApprovalAnswerType Type, JsonObject? Args, string By, string? Reason)
{
    /// <summary>The answer for the record.</summary>
    /// <param name="answer">The answer.</param>
    public static RecordedAnswer Of(ApprovalAnswer answer) => new(answer.Type, answer.Args, answer.By, answer.Reason);
}
