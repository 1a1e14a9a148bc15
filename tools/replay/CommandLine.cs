using System.CommandLine;
using System.Text.Json;
using AgentFunctions.Replay.Record;

namespace AgentFunctions.Replay;

/// <summary>The command line.</summary>
public static class CommandLine
{
    /// <summary>Runs what the arguments ask for.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="output">What was replayed.</param>
    /// <param name="errors">Why it was not.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter errors)
    {
        var parsed = Create(output, errors).Parse(arguments);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = errors });
        return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
    }

    /// <summary>The command.</summary>
    /// <param name="output">What was replayed.</param>
    /// <param name="errors">Why it was not.</param>
    public static RootCommand Create(TextWriter output, TextWriter errors)
    {
        var file = new Argument<string>("AUDIT.jsonl") { Description = "An export: GET /api/runs/{runId}/audit?tree=true&format=jsonl." };
        var key = new Option<string?>("--key")
        {
            Description = "A file with the key that signed the heads: a PEM of the public or private EC key, or base64. Without it signatures are not checked.",
        };
        var json = new Option<bool>("--json") { Description = "Ends stdout with one JSON object instead of telling what was decided." };
        var root = new RootCommand(
            "Replays a run offline from its exported audit log and reports where the replay decides otherwise. Exit codes: 0 nowhere, 1 somewhere, 2 the file is unusable, 3 the command line.")
        {
            file, key, json,
        };
        root.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                var export = await ExportFile.ReadAsync(parsed.GetValue(file)!, parsed.GetValue(key), cancellationToken);
                var asJson = parsed.GetValue(json);
                var report = await Replayer.RunAsync(export, asJson ? TextWriter.Null : output, cancellationToken);
                await output.WriteLineAsync(asJson ? JsonSerializer.Serialize(report, AgentJson.Options) : report.Summary);
                return report.Divergence is null ? ExitCodes.Same : ExitCodes.Diverged;
            }
            catch (BadExportException bad)
            {
                await errors.WriteLineAsync(bad.Message);
                return ExitCodes.BadInput;
            }
        });
        return root;
    }
}
