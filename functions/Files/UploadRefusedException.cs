namespace AgentFunctions.Files;

/// <summary>An upload that is not taken; nothing of it was stored.</summary>
/// <param name="field">The field at fault, such as <c>body</c> or <c>path</c>.</param>
/// <param name="problem">Why, one sentence.</param>
public sealed class UploadRefusedException(string field, string problem) : Exception($"{field}: {problem}")
{
    private const int ShownName = 100;

    /// <summary>The field at fault.</summary>
    public string Field { get; } = field;

    /// <summary>Why.</summary>
    public string Problem { get; } = problem;

    internal static UploadRefusedException Body(string problem) => new("body", problem);

    /// <summary>An entry of a ZIP at fault; a hostile name may be 64 KB long, so only its start is shown.</summary>
    internal static UploadRefusedException Entry(string name, string problem) =>
        Body($"The entry '{(name.Length > ShownName ? name[..ShownName] + "…" : name)}' {problem}");

    internal static UploadRefusedException Damaged(string what) => Body($"The ZIP is damaged: {what}");
}
