using AgentFunctions.Local.Storage;

namespace AgentFunctions.Local.DurableTask.Tables;

/// <summary>Takes long payloads out of what is about to be stored.</summary>
internal sealed class LongPayloads(int longestInline)
{
    private Dictionary<string, string>? taken;

    /// <summary>The text itself, or the reference that stands for it. A text that looks like a reference is taken out, too.</summary>
    public string? Put(string? text)
    {
        if (text is null || (text.Length <= longestInline && !text.StartsWith(PayloadTable.Prefix, StringComparison.Ordinal)))
        {
            return text;
        }

        var reference = PayloadTable.ReferenceTo(text);
        taken ??= new Dictionary<string, string>(StringComparer.Ordinal);
        taken[reference] = text;
        return reference;
    }

    /// <summary>Stores what was taken out, as used by an instance or entity.</summary>
    public void Save(DatabaseSession db, string owner)
    {
        foreach (var (reference, text) in taken ?? [])
        {
            PayloadTable.Insert(db, owner, reference, text);
        }
    }
}
