using System.Diagnostics;
using AgentFunctions;
using AgentFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAudit.Driver;

/// <summary>Ends the process by SIGKILL, with nothing flushed and nothing said, once so many steps of child runs are committed.</summary>
internal sealed class CrashingJournal(IRunJournal journal, IRunStore runs, int steps) : DelegatingJournal(journal)
{
    private int completed;

    public static void Decorate(IServiceCollection services, int steps) => services.Decorate<IRunJournal>(
        (journal, provider) => new CrashingJournal(journal, provider.GetRequiredService<IRunStore>(), steps));

    public override async Task<bool> CommitAsync(RunCommit commit, CancellationToken cancellationToken)
    {
        var isNew = await Inner.CommitAsync(commit, cancellationToken);
        if (isNew && commit.Checkpoint is not null && await IsChildAsync(commit.RunId, cancellationToken)
            && Interlocked.Increment(ref completed) == steps)
        {
            Process.GetCurrentProcess().Kill();
        }

        return isNew;
    }

    private async Task<bool> IsChildAsync(string runId, CancellationToken cancellationToken) =>
        await runs.GetAsync(runId, cancellationToken) is { ParentRunId: not null };
}
