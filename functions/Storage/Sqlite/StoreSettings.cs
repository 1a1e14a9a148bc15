using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Storage.Sqlite;

/// <summary>Where the stores keep their file.</summary>
/// <param name="DataDirectory">The folder. Setting <c>DataDirectory</c>, default <c>.agentfunctions</c>.</param>
internal sealed record StoreSettings(string DataDirectory)
{
    /// <summary>The stores' file.</summary>
    public string DatabasePath => Path.Combine(DataDirectory, "agents.db");

    /// <summary>Reads the settings.</summary>
    /// <param name="configuration">The app's settings.</param>
    public static StoreSettings Read(IConfiguration configuration) =>
        new(configuration["DataDirectory"] is { Length: > 0 } folder ? folder : ".agentfunctions");
}
