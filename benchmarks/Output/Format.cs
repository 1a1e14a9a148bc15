using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentFunctions.Benchmarks.Output;

/// <summary>How figures are written.</summary>
internal static class Format
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static string Machine { get; } =
        $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}";

    public static string Number(double value) => Math.Abs(value) >= 100 ? $"{value:N0}" : $"{value:0.##}";

    /// <summary>Markup for whether a target was met; empty where there is none.</summary>
    public static string Met(bool? isMet) => isMet switch { true => "[green]yes[/]", false => "[red]no[/]", null => string.Empty };

    /// <summary>Prints one line, which is to be the last.</summary>
    public static void PrintJson(object value) => Console.WriteLine(JsonSerializer.Serialize(value, Json));
}
