using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Replay;
using AgentFunctions.Tests.Runs;
using AgentFunctions.Tests.Storage;

namespace AgentFunctions.Tests.Replay;

/// <summary>How the command ended.</summary>
public sealed record ReplayEnd(int ExitCode, string Output, string Errors)
{
    /// <summary>The report of <c>--json</c>.</summary>
    public JsonObject Json => JsonNode.Parse(Output.TrimEnd().Split('\n')[^1])!.AsObject();

    /// <summary>Fails with all that the command has said.</summary>
    public ReplayEnd Expect(int exitCode)
    {
        Assert.True(exitCode == ExitCode, $"exit code {ExitCode} instead of {exitCode}\n{Output}\n{Errors}");
        return this;
    }
}

/// <summary>The lines of an export, to be replayed as they are or after somebody has changed them.</summary>
public sealed class Exported(List<JsonObject> lines)
{
    public static async Task<Exported> OfAsync(RuntimeApp app, string runId, string query = "tree=true&format=jsonl") => new(
        [
            .. (await app.TextAsync($"runs/{runId}/audit?{query}")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonNode.Parse(line)!.AsObject()),
        ]);

    public IReadOnlyList<JsonObject> Lines => lines;

    public IEnumerable<JsonObject> Events(string? type = null) => lines.Where(line => (string)line["kind"]! == "event")
        .Select(line => line["event"]!.AsObject()).Where(entry => type is null || (string)entry["type"]! == type);

    /// <summary>Runs the command on them.</summary>
    public async Task<ReplayEnd> ReplayAsync(params string[] options)
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "audit.jsonl");
        await File.WriteAllLinesAsync(file, lines.Select(line => line.ToJsonString(AgentJson.Options)), RuntimeApp.Ended);
        return await CommandAsync([file, .. options]);
    }

    public static async Task<ReplayEnd> CommandAsync(params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var exitCode = await CommandLine.Create(output, errors).Parse(arguments).InvokeAsync(cancellationToken: RuntimeApp.Ended);
        return new ReplayEnd(exitCode, output.ToString(), errors.ToString());
    }

    /// <summary>Replaces text in a payload that an event names, and makes every hash anew, as someone would who knows how.</summary>
    public void Forge(JsonObject entry, string field, string from, string to)
    {
        var old = (string)entry[field]!;
        var payload = lines.Single(line => (string)line["kind"]! == "payload" && (string)line["hash"]! == old);
        Assert.Contains(from, (string)payload["text"]!, StringComparison.Ordinal);
        var text = ((string)payload["text"]!).Replace(from, to, StringComparison.Ordinal);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        lines.Insert(lines.IndexOf(payload), new JsonObject { ["kind"] = "payload", ["hash"] = hash, ["text"] = text });
        lines[^1]["lines"] = lines.Count;
        entry[field] = hash;
        Rehash();
    }

    /// <summary>Makes the chains and their heads anew.</summary>
    public void Rehash()
    {
        JsonObject? run = null;
        var previous = "";
        foreach (var line in lines)
        {
            if ((string)line["kind"]! == "run")
            {
                (run, previous) = (line, AuditHash.Origin);
            }
            else if ((string)line["kind"]! == "event")
            {
                var entry = line["event"]!.AsObject();
                entry["previousHash"] = previous;
                entry["hash"] = previous = AuditHash.Of(entry.DeepClone().AsObject());
                run!["head"]!["hash"] = previous;
            }
        }
    }
}
