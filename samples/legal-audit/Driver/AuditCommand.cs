using System.Security.Cryptography;
using AgentFunctions.Runs;
using Spectre.Console;

namespace LegalAudit.Driver;

/// <summary>The main job: one audit through the app's front door.</summary>
internal static class AuditCommand
{
    public static async Task<int> RunAsync(AuditOptions options, CancellationToken cancellationToken)
    {
        var screen = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(options.Json ? Console.Error : Console.Out) });
        if (!screen.Profile.Capabilities.Ansi)
        {
            // A file or a pipe has no width to wrap at.
            screen.Profile.Width = 240;
        }

        try
        {
            var zip = await File.ReadAllBytesAsync(options.Zip ?? Path.Combine(AppContext.BaseDirectory, "contracts.zip"), cancellationToken);
            var session = Open(options, zip);
            await using var app = await HostedApp.StartAsync(options, zip.Length, cancellationToken);
            screen.MarkupLineInterpolated($"Function app on [blue]{app.Address}[/], databases and reports in [blue]{options.Data}[/]");

            using var api = new ApiClient(app.Address);
            var runId = await StartAsync(api, options, session, zip, cancellationToken);
            session = session with { Started = true };
            session.Save(options.Data);
            var run = await LiveView.FollowAsync(screen, api, runId, cancellationToken);
            if (run.Status is not RunStatus.Paused)
            {
                (session with { Finished = true }).Save(options.Data);
            }

            var summary = await Summary.CollectAsync(api, run, options.Data, cancellationToken);
            summary.Print(screen, options.Json);
            return run.Status switch
            {
                RunStatus.Completed => ExitCodes.Completed,
                RunStatus.Paused => ExitCodes.Paused,
                _ => ExitCodes.Failed,
            };
        }
        catch (AuditException problem)
        {
            // What never became a run is not there to be resumed, and must not stand in the way of another ZIP.
            Session.ForgetUnstarted(options.Data);
            screen.MarkupLineInterpolated($"[red]{problem.Message}[/]");
            return ExitCodes.Failed;
        }
    }

    /// <summary>The session to go on with. It is on disk before the first call, so that a crash at any point finds the same run again.</summary>
    private static Session Open(AuditOptions options, byte[] zip)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(zip));
        if (Session.FindUnfinished(options.Data) is { } unfinished)
        {
            return unfinished.ZipSha256 == hash
                ? unfinished
                : throw new AuditException(
                    $"The folder {options.Data} holds an unfinished audit of another ZIP. Finish it with the same --zip, or choose another --data.");
        }

        var session = Session.New(hash, options.BudgetUsd ?? AuditOptions.DefaultBudgetUsd);
        session.Save(options.Data);
        return session;
    }

    /// <summary>Every call says the same thing again without doing it again, so a resumed audit takes the same way.</summary>
    private static async Task<string> StartAsync(
        ApiClient api, AuditOptions options, Session session, byte[] zip, CancellationToken cancellationToken)
    {
        await api.CreateThreadAsync(session.ThreadId, session.BudgetUsd, cancellationToken);
        var thread = await api.GetThreadAsync(session.ThreadId, cancellationToken);
        if (options.BudgetUsd is { } budget && budget > thread.Budget.LimitUsd)
        {
            await api.RaiseBudgetAsync(session.ThreadId, budget, cancellationToken);
        }

        await api.UploadAsync(session.ThreadId, zip, cancellationToken);
        return await api.StartRunAsync(session.ThreadId, session.IdempotencyKey, cancellationToken);
    }
}
