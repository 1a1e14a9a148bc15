using System.Text;

namespace AgentFunctions.Files;

/// <summary>The rules of a file's path in its thread.</summary>
public static class FilePaths
{
    private const int MaxBytes = 1024;

    /// <summary>What is wrong with a path, or <see langword="null"/> where nothing is.</summary>
    /// <param name="path">Relative, with <c>/</c>, without <c>..</c>, drive, backslash and control characters.</param>
    public static string? Problem(string? path) => path switch
    {
        null or "" => "is empty.",
        _ when path.Any(char.IsControl) => "holds a control character.",
        _ when path.Contains('\\', StringComparison.Ordinal) => "holds a backslash.",
        _ when path[0] == '/' => "is absolute.",
        _ when path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0]) => "names a drive.",
        _ when path.Split('/').Any(part => part == "..") => "leaves its folder with '..'.",
        _ when path.Split('/').Any(part => part is "" or ".") => "has an empty part or '.'.",
        _ when !IsUnicode(path) => "is not valid Unicode.",
        _ when Encoding.UTF8.GetByteCount(path) > MaxBytes => "is longer than 1,024 bytes.",
        _ => null,
    };

    /// <exception cref="ArgumentException">The path breaks a rule.</exception>
    internal static void Require(string path)
    {
        if (Problem(path) is { } problem)
        {
            throw new ArgumentException($"The path {problem}", nameof(path));
        }
    }

    private static bool IsUnicode(string path)
    {
        for (var index = 0; index < path.Length; index++)
        {
            if (char.IsHighSurrogate(path[index]) && index + 1 < path.Length && char.IsLowSurrogate(path[index + 1]))
            {
                index++;
            }
            else if (char.IsSurrogate(path[index]))
            {
                return false;
            }
        }

        return true;
    }
}
