namespace ContractGenerator.Text;

/// <summary>Words as a reader counts them: runs of characters between white space.</summary>
internal static class Words
{
    public static int Count(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
}
