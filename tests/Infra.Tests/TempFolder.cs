namespace Infra.Tests;

/// <summary>A folder of a test's own.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("infra-tests-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
