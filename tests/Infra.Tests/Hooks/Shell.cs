namespace Infra.Tests.Hooks;

/// <summary>Runs a hook as azd does: in a shell, with the values of azd's environment as environment variables.</summary>
internal static class Shell
{
    /// <summary>Runs a hook; skips the test where the machine has not got the shell.</summary>
    /// <param name="shell"><c>sh</c> or <c>pwsh</c>.</param>
    /// <param name="hook">The script's name, without its extension.</param>
    /// <param name="environment">azd's environment.</param>
    public static Task<CommandResult> RunAsync(string shell, string hook, IReadOnlyDictionary<string, string?> environment)
    {
        Assert.SkipUnless(IsThere(shell), $"There is no {shell} on this machine.");
        var script = Repository.PathOf($"infra/hooks/{hook}.{(shell == "sh" ? "sh" : "ps1")}");
        return Command.RunAsync(shell, shell == "sh" ? [script] : ["-NoProfile", "-File", script], Repository.Root, environment);
    }

    /// <summary>Whether a program is on the path.</summary>
    /// <param name="program">Its name.</param>
    public static bool IsThere(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? $"{program}.exe" : program)));
}
