using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Memory;

/// <summary>How large shared memory may be.</summary>
/// <param name="MaxValueBytes">Largest value, as JSON in UTF-8. Setting <c>Memory:MaxValueBytes</c>; default 262144 (256 KiB).</param>
/// <param name="MaxKeys">Most keys of a thread. Setting <c>Memory:MaxKeys</c>; default 1000.</param>
/// <param name="MaxTotalBytes">Size of all values of a thread. Setting <c>Memory:MaxTotalBytes</c>; default 10485760 (10 MiB).</param>
public sealed record MemorySettings(int MaxValueBytes = 256 * 1024, int MaxKeys = 1000, int MaxTotalBytes = 10 * 1024 * 1024)
{
    /// <summary>The app's settings.</summary>
    /// <param name="configuration">The settings.</param>
    /// <exception cref="InvalidOperationException">A setting is below 1.</exception>
    public static MemorySettings From(IConfiguration configuration)
    {
        var settings = new MemorySettings();
        return new MemorySettings(
            Read(configuration, nameof(MaxValueBytes), settings.MaxValueBytes),
            Read(configuration, nameof(MaxKeys), settings.MaxKeys),
            Read(configuration, nameof(MaxTotalBytes), settings.MaxTotalBytes));
    }

    private static int Read(IConfiguration configuration, string name, int otherwise) =>
        configuration.GetValue($"Memory:{name}", otherwise) is > 0 and var value
            ? value
            : throw new InvalidOperationException($"The setting 'Memory:{name}' is 1 or more.");
}
