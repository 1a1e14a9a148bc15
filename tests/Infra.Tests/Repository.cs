namespace Infra.Tests;

/// <summary>The repository's folder.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>The path of one of its files.</summary>
    /// <param name="relative">The path from its root, with slashes.</param>
    public static string PathOf(string relative) => Path.Combine(Root, Path.Combine(relative.Split('/')));

    private static string Find(DirectoryInfo? folder) => folder switch
    {
        null => throw new InvalidOperationException("The tests run outside the repository."),
        _ when File.Exists(Path.Combine(folder.FullName, "AgentFunctions.sln")) => folder.FullName,
        _ => Find(folder.Parent),
    };
}
