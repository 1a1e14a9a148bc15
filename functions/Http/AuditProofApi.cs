using AgentFunctions.Audit;
using AgentFunctions.Http.Answers;
using AgentFunctions.Http.Requests;
using AgentFunctions.Http.Views;
using AgentFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace AgentFunctions.Http;

/// <summary>Proof that audit logs are what was written.</summary>
public sealed class AuditProofApi(IRunStore runs, IRunJournal journal, IAuditLog log, AuditSigner signer)
{
    /// <summary>
    /// <c>GET /runs/{runId}/audit/verify?tree=&amp;sequence=&amp;hash=</c>: checks every hash and the signed head; with <c>tree=true</c> those
    /// of all descendants as well. A head that was kept elsewhere, as <c>sequence</c> and <c>hash</c>, must still be in the log.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(VerifyAudit))]
    public Task<IActionResult> VerifyAudit(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/audit/verify")] HttpRequest request,
        string runId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var kept = KeptHead(request);
            var proofs = new List<AuditVerification>();
            foreach (var run in await runs.AskedAsync(request, runId, cancellationToken))
            {
                var head = await journal.ReadHeadAsync(run.RunId, cancellationToken);
                var events = await log.ReadAsync(run.RunId, cancellationToken);
                var proof = AuditVerifier.Verify(run.RunId, events, head!, signer);
                proofs.Add(kept is not null && run.RunId == runId ? AuditVerifier.HoldAgainst(kept, proof, events) : proof);
            }

            return Answer.Ok(new AuditProof(proofs.TrueForAll(proof => proof.Verified), proofs.Sum(proof => proof.Events), proofs));
        });

    /// <summary><c>GET /runs/{runId}/audit/head</c>: the end of the log with its signature, to be kept where nobody can reach it who could change the log.</summary>
    /// <param name="request">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    [Function(nameof(GetAuditHead))]
    public Task<IActionResult> GetAuditHead(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/audit/head")] HttpRequest request,
        string runId,
        CancellationToken cancellationToken) => Answer.OfAsync(async () =>
        {
            var run = await runs.RequireAsync(request, runId, cancellationToken);
            var head = await journal.ReadHeadAsync(run.RunId, cancellationToken);
            return Answer.Ok(new AuditHeadView(run.RunId, head!.Sequence, head.Hash, signer.Check(run.RunId, head), head.Signature));
        });

    private static AuditHead? KeptHead(HttpRequest request)
    {
        var (sequence, hash) = (request.Query.Number("sequence", 1, int.MaxValue), request.Query.Text("hash"));
        return (sequence, hash) switch
        {
            (null, null) => null,
            ({ } at, { Length: 64 }) when hash.All(char.IsAsciiHexDigitLower) => new AuditHead(at, hash),
            (null, _) => throw RequestRefusedException.BadRequest("sequence", "A head that was kept has a sequence number and a hash."),
            _ => throw RequestRefusedException.BadRequest("hash", "It must be 64 hexadecimal digits in lower case, as the head has it."),
        };
    }
}
