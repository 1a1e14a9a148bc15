using System.Text.Json;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Local.Worker.Timer;

/// <summary>A schedule's status on disk, one file per timer function.</summary>
internal sealed class ScheduleStatusFile(string folder, string function)
{
    private readonly string path = Path.Combine(folder, $"{function}.json");

    /// <exception cref="JsonException">The file is damaged; the message names it.</exception>
    public ScheduleStatus? Read()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<ScheduleStatus>(File.ReadAllBytes(path));
        }
        catch (JsonException error)
        {
            throw new JsonException($"The timer status '{path}' is damaged: {error.Message}", error);
        }
    }

    public void Write(ScheduleStatus status)
    {
        Directory.CreateDirectory(folder);
        var next = $"{path}.new";
        using (var file = File.Create(next))
        {
            JsonSerializer.Serialize(file, status);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}
