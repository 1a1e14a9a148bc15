namespace Architecture.Tests;

/// <summary>The repository's folder.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo? folder) => folder switch
    {
        null => throw new InvalidOperationException("The tests run outside the repository."),
        _ when File.Exists(Path.Combine(folder.FullName, "AgentFunctions.sln")) => folder.FullName,
        _ => Find(folder.Parent),
    };
}
