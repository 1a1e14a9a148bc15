using System.ComponentModel;
using System.Text.Json;
using AgentFunctions;
using LegalAudit.Lgpd;
using LegalAudit.Reviews;
using LegalAudit.Termination;

namespace LegalAudit.Tools;

/// <summary>Tools that check one contract and record the result.</summary>
/// <param name="register">Where reviews are recorded.</param>
public sealed class ReviewTools(ReviewRegister register)
{
    /// <summary>Finds the early termination of a contract.</summary>
    /// <param name="path">The document.</param>
    /// <param name="context">The call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ToolFailureException">Nothing is there or it cannot be read.</exception>
    [Description("Finds whether a contract lets a party end it early, the notice for ending it without cause in days, and contradictions.")]
    public async Task<TerminationFinding> AnalyzeTerminationAsync(
        [Description("The document's path as list_documents gives it.")] string path,
        ToolContext context,
        CancellationToken cancellationToken) =>
        TerminationAnalyzer.Analyze(await context.ReadDocumentAsync(path, cancellationToken));

    /// <summary>Checks a contract against the data-protection checklist.</summary>
    /// <param name="path">The document.</param>
    /// <param name="context">The call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ToolFailureException">Nothing is there or it cannot be read.</exception>
    [Description("Checks which items of the LGPD checklist a contract covers by a statement with effect, and quotes it.")]
    public async Task<LgpdFinding> CheckLgpdAsync(
        [Description("The document's path as list_documents gives it.")] string path,
        ToolContext context,
        CancellationToken cancellationToken) =>
        LgpdAnalyzer.Analyze(await context.ReadDocumentAsync(path, cancellationToken));

    /// <summary>Records a review once.</summary>
    /// <param name="path">The document.</param>
    /// <param name="termination">The termination finding.</param>
    /// <param name="lgpd">The LGPD finding.</param>
    /// <param name="context">The call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ToolFailureException">The findings are no objects.</exception>
    [CompensatedBy(nameof(WithdrawReviewAsync))]
    [Description("Records the review of a contract in the register. Recording the same call again changes nothing.")]
    public async Task<RecordedReview> RecordReviewAsync(
        [Description("The document's path.")] string path,
        [Description("The result of analyze_termination.")] JsonElement termination,
        [Description("The result of check_lgpd.")] JsonElement lgpd,
        ToolContext context,
        CancellationToken cancellationToken)
    {
        if (termination.ValueKind != JsonValueKind.Object || lgpd.ValueKind != JsonValueKind.Object)
        {
            throw new ToolFailureException(
                ToolFailureKind.InvalidArguments, "termination and lgpd must be the results of analyze_termination and check_lgpd.");
        }
        await register.RecordAsync(
            new ReviewEntry(context.IdempotencyKey, context.Tenant, context.ThreadId, path, termination, lgpd), cancellationToken);
        return new RecordedReview(Recorded: true);
    }

    /// <summary>Takes a recorded review back, where its run is rolled back.</summary>
    /// <param name="path">The document.</param>
    /// <param name="context">The call.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<bool> WithdrawReviewAsync(string path, ToolContext context, CancellationToken cancellationToken) => register.WithdrawAsync(
        new ReviewWithdrawal(context.IdempotencyKey, context.Tenant, context.ThreadId, path), cancellationToken);
}
