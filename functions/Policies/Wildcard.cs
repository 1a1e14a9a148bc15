namespace AgentFunctions.Policies;

/// <summary>A name in which <c>*</c> stands for any characters and <c>?</c> for one. Ordinal: case counts, and no character looks like another.</summary>
/// <param name="Pattern">The pattern.</param>
public sealed record Wildcard(string Pattern)
{
    /// <summary>Whether it holds a wildcard.</summary>
    public bool IsExact => !Pattern.AsSpan().ContainsAny('*', '?');

    /// <summary>Whether a name fits. Work is at most the product of the lengths.</summary>
    /// <param name="name">The name.</param>
    public bool Matches(string name)
    {
        var (at, inName, star, resume) = (0, 0, -1, 0);
        while (inName < name.Length)
        {
            if (at < Pattern.Length && Pattern[at] == '*')
            {
                (star, resume) = (at++, inName);
            }
            else if (at < Pattern.Length && (Pattern[at] == '?' || Pattern[at] == name[inName]))
            {
                (at, inName) = (at + 1, inName + 1);
            }
            else if (star >= 0)
            {
                (at, inName) = (star + 1, ++resume);
            }
            else
            {
                return false;
            }
        }

        return Pattern.AsSpan(at).Trim('*').IsEmpty;
    }
}
