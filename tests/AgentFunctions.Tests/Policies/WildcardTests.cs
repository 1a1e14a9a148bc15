using System.Text.RegularExpressions;
using AgentFunctions.Policies;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Policies;

public sealed class WildcardTests
{
    [Theory]
    [InlineData("write", "write", true)]
    [InlineData("write", "writes", false)]
    [InlineData("write", "Write", false)]
    [InlineData("write_*", "write_", true)]
    [InlineData("write_*", "write_report", true)]
    [InlineData("write_*", "overwrite_report", false)]
    [InlineData("*_report", "write_report", true)]
    [InlineData("*", "", true)]
    [InlineData("a*b*c", "a-b-b-c", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("write", "wr\u0456te", false)]
    [InlineData("write", "write\u200B", false)]
    public void A_name_fits_or_does_not(string pattern, string name, bool fits) => Assert.Equal(fits, new Wildcard(pattern).Matches(name));

    [Property(MaxTest = 500)]
    public bool It_agrees_with_the_regular_expression_of_the_same_meaning(byte[] pattern, byte[] name)
    {
        var wildcard = string.Concat(pattern.Select(at => "ab*?"[at % 4]));
        var text = string.Concat(name.Select(at => "ab"[at % 2]));
        var regex = $"^{wildcard.Replace("*", ".*", StringComparison.Ordinal).Replace('?', '.')}$";
        return new Wildcard(wildcard).Matches(text) == Regex.IsMatch(text, regex, RegexOptions.NonBacktracking);
    }
}
