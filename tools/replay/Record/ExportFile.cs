using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AgentFunctions.Audit;
using AgentFunctions.Runs;
using AgentFunctions.Storage;

namespace AgentFunctions.Replay.Record;

/// <summary>An export whose logs and payloads are what was written.</summary>
/// <param name="RunId">The run that was exported.</param>
/// <param name="Runs">The runs with their logs, parents before their children.</param>
/// <param name="Ancestors">The runs above, without logs.</param>
/// <param name="Payloads">Payloads by content hash.</param>
/// <param name="Signature">What the signatures of the heads are worth.</param>
public sealed record ExportFile(
    string RunId,
    IReadOnlyList<RecordedRun> Runs,
    IReadOnlyList<RunRecord> Ancestors,
    IReadOnlyDictionary<string, byte[]> Payloads,
    string Signature)
{
    /// <summary>Reads and proves an export.</summary>
    /// <param name="path">The file.</param>
    /// <param name="keyPath">The file of the key that signed the heads; without it signatures are not checked.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BadExportException">It is no export, it is cut, or something in it was changed.</exception>
    public static async Task<ExportFile> ReadAsync(string path, string? keyPath, CancellationToken cancellationToken)
    {
        var reader = new ExportReader(keyPath is null ? null : await KeyAsync(keyPath, cancellationToken));
        try
        {
            var number = 0;
            await foreach (var line in File.ReadLinesAsync(path, cancellationToken))
            {
                reader.Read(++number, line);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadExportException($"{path} cannot be read: {error.Message}");
        }

        return reader.End();
    }

    private static async Task<AuditKey> KeyAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return AuditKey.Read(path, await File.ReadAllTextAsync(path, cancellationToken));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new BadExportException($"The key cannot be read: {error.Message}");
        }
    }
}

/// <summary>Reads an export line by line.</summary>
/// <param name="key">The key that signed the heads.</param>
internal sealed class ExportReader(AuditKey? key)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };
    private readonly List<(RunRecord Run, AuditHead? Head, List<StoredEvent> Events)> runs = [];
    private readonly Dictionary<string, byte[]> payloads = new(StringComparer.Ordinal);
    private string? runId;
    private int lines;
    private bool isOver;

    public void Read(int number, string line)
    {
        try
        {
            if (isOver)
            {
                throw new BadExportException(FormattableString.Invariant($"Line {number}: the export ended before it."));
            }

            var json = JsonNode.Parse(line, documentOptions: Strict) as JsonObject
                ?? throw new JsonException("It is no object.");
            lines = number;
            Add(number, (string?)json["kind"], json);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new BadExportException(FormattableString.Invariant($"Line {number} is no line of an export: {error.Message}"));
        }
    }

    public ExportFile End()
    {
        if (!isOver)
        {
            throw new BadExportException("The export is cut: its last line is missing.");
        }

        var proofs = runs.Where(run => run.Head is not null).Select(Proven).ToList();
        return new ExportFile(
            runId!,
            [.. runs.Where(run => run.Head is not null).Select(run => new RecordedRun(run.Run, [.. run.Events.Select(Event)]))],
            [.. runs.Where(run => run.Head is null).Select(run => run.Run)],
            payloads,
            key is null ? "notChecked" : proofs.TrueForAll(proof => proof.Signature == SignatureState.Valid) ? "valid" : "unsigned");
    }

    private void Add(int number, string? kind, JsonObject json)
    {
        if (number == 1 != (kind == "export"))
        {
            throw new BadExportException("It is no export of an audit log: it does not begin with a line of kind 'export'.");
        }

        switch (kind)
        {
            case "export":
                runId = (int?)json["version"] == AuditExport.Version
                    ? (string?)json["runId"]
                    : throw new BadExportException($"The export is of version {json["version"]}; this program reads version {AuditExport.Version}.");
                break;
            case "run":
                var head = json["head"].Deserialize<AuditHead>(AgentJson.Options);
                runs.Add((json["run"].Deserialize<RunRecord>(AgentJson.Options)!, (bool?)json["ancestor"] == true ? null : head, []));
                break;
            case "event":
                var log = runs[^1].Events;
                log.Add(new StoredEvent(log.Count + 1, json["event"]?.ToJsonString(AgentJson.Options) ?? (string)json["spoiled"]!));
                break;
            case "payload":
                AddPayload(json);
                break;
            case "end":
                isOver = (int?)json["lines"] == lines ? true : throw new BadExportException("Lines of the export are missing.");
                break;
            default:
                throw new JsonException($"There is no kind '{kind}'.");
        }
    }

    private void AddPayload(JsonObject json)
    {
        var hash = (string)json["hash"]!;
        if ((bool?)json["missing"] == true)
        {
            throw new BadExportException($"The payload {hash} was not there when the log was exported, so it cannot be replayed.");
        }

        var content = json["text"] is { } text ? Encoding.UTF8.GetBytes((string)text!) : Convert.FromBase64String((string)json["base64"]!);
        payloads[hash] = Convert.ToHexStringLower(SHA256.HashData(content)) == hash
            ? content
            : throw new BadExportException($"The payload {hash} was changed: its content has another hash.");
    }

    /// <summary>A log that was tampered with is not replayed: it would only tell what somebody made of it.</summary>
    private AuditVerification Proven((RunRecord Run, AuditHead? Head, List<StoredEvent> Events) run)
    {
        var signer = new AuditSigner(key, []);
        var proof = AuditVerifier.Verify(run.Run.RunId, run.Events, run.Head!, signer);
        return proof.Verified ? proof : throw new BadExportException(
            FormattableString.Invariant($"The log of the run '{proof.RunId}' was tampered with ({proof.Tampering}) at event {proof.FirstBadSequence}: {proof.Problem}"));
    }

    private static AuditEvent Event(StoredEvent stored) => JsonSerializer.Deserialize<AuditEvent>(stored.Json, AgentJson.Options)!;
}
