namespace AgentFunctions.Benchmarks.Engine;

/// <summary>A folder that goes with the run.</summary>
internal sealed class TempFolder : IDisposable
{
    /// <summary>Makes a folder below the given one; below the system's folder for temporary files when null.</summary>
    public TempFolder(string? parent = null) =>
        Path = Directory.CreateDirectory(System.IO.Path.Combine(parent ?? System.IO.Path.GetTempPath(), $"agentfunctions-bench-{Guid.NewGuid():N}")).FullName;

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
