using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Files;

/// <summary>What an upload may hold.</summary>
/// <param name="MaxEntries">Most entries of a ZIP, directories included. Setting <c>Files:MaxEntries</c>, default 10,000.</param>
/// <param name="MaxTotalBytes">Most bytes of all files of an upload, unpacked. Setting <c>Files:MaxTotalBytes</c>, default 200 MB.</param>
/// <param name="MaxEntryBytes">Most bytes of one file, unpacked. Setting <c>Files:MaxEntryBytes</c>, default 50 MB.</param>
public sealed record FileLimits(
    int MaxEntries = 10_000, long MaxTotalBytes = 200L * 1024 * 1024, long MaxEntryBytes = 50L * 1024 * 1024)
{
    /// <summary>Times that a file may grow when it is unpacked.</summary>
    public const int MaxRatio = 200;

    /// <summary>Bytes up to which a file may grow more than that: a short text of one letter does so too.</summary>
    public const int RatioFloor = 64 * 1024;

    /// <summary>The limits of the app's settings.</summary>
    /// <param name="configuration">The settings.</param>
    public static FileLimits From(IConfiguration configuration)
    {
        var files = configuration.GetSection("Files");
        var defaults = new FileLimits();
        return new FileLimits(
            files.GetValue<int?>(nameof(MaxEntries)) ?? defaults.MaxEntries,
            files.GetValue<long?>(nameof(MaxTotalBytes)) ?? defaults.MaxTotalBytes,
            files.GetValue<long?>(nameof(MaxEntryBytes)) ?? defaults.MaxEntryBytes);
    }
}
