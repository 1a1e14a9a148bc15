using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentFunctions.Policies;
using AgentFunctions.Runs;
using AgentFunctions.Runs.Branches;
using AgentFunctions.Storage;
using AgentFunctions.Tools;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;

namespace AgentFunctions.Leases;

/// <summary>Which lease a tool call needs, and whether it still has it.</summary>
/// <param name="tools">The tools.</param>
/// <param name="gate">The policies.</param>
/// <param name="runs">The runs.</param>
/// <param name="time">The clock.</param>
public sealed partial class ExclusiveCalls(IToolCatalog tools, PolicyGate gate, IRunStore runs, TimeProvider time)
{
    /// <summary>The lease that a call needs.</summary>
    /// <param name="declared">What its tool declares.</param>
    /// <param name="run">Its run.</param>
    /// <param name="arguments">Its arguments, which fit the tool's schema.</param>
    internal static LeaseNeed Need(ExclusiveUseAttribute declared, RunRecord run, JsonObject arguments)
    {
        var resource = Argument().Replace(declared.Resource, match => Text(arguments[match.Groups[1].Value]));
        var owner = declared.Scope switch
        {
            ExclusiveScope.Tenant => run.Tenant,
            ExclusiveScope.Thread => run.ThreadId,
            ExclusiveScope.Global => "",
            _ => throw new InvalidOperationException($"Unknown scope '{declared.Scope}'."),
        };
        return new LeaseNeed(
            Identifiers.Derive("lease", declared.Scope.ToString(), owner, resource),
            resource,
            TimeSpan.FromSeconds(declared.LeaseSeconds),
            TimeSpan.FromSeconds(declared.WaitSeconds));
    }

    /// <summary>The lease that a call needs before it can be made; <see langword="null"/> where it needs none, or has it.</summary>
    /// <param name="request">The call.</param>
    /// <param name="lease">The lease that it comes with.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<LeaseNeed?> NeedAsync(
        ToolRequest request, CallLease? lease, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (tools.Exclusive(request.Tool) is not { } declared
            || request.Decision is { IsMade: false }
            || tools.Validate(request.Tool, request.Arguments).Count > 0
            || gate.CheckCall(request.Agent, request.Tool, request.Arguments) is not null)
        {
            // It will not be made, or needs nothing.
            return null;
        }

        return lease is null || (lease.Grant is not null && !await IsHeldAsync(lease, client, cancellationToken))
            ? Need(declared, request.Run, request.Arguments)
            : null;
    }

    /// <summary>Gives a lease back whose call has outlived its run: nobody else is left to do so.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="lease">The lease, if the call has one.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task ReleaseLateAsync(string runId, CallLease? lease, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (lease?.Grant is { } grant
            && await runs.GetAsync(runId, cancellationToken) is { } run
            && (run.IsFinished || run.RollingBackTo is not null || InvocationBranch.IsAbandoned(run)))
        {
            await client.Entities.SignalEntityAsync(
                LeaseEntity.For(lease.Need.Key), LeaseEntity.Release, grant.Token, options: null, cancellationToken);
        }
    }

    /// <summary>Takes back what runs have asked for that have ended or were rolled back.</summary>
    /// <param name="runIds">The runs.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task ForgetAsync(IReadOnlyCollection<string> runIds, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (!tools.List().Any(tool => tools.Exclusive(tool.Name) is not null))
        {
            return;
        }

        var query = new EntityQuery { InstanceIdStartsWith = $"@{LeaseEntity.Name.ToLowerInvariant()}@", IncludeState = true };
        await foreach (var entity in client.Entities.GetAllEntitiesAsync<LeaseState>(query).WithCancellation(cancellationToken))
        {
            if (entity.IncludesState && entity.State.Waiting.Any(ask => runIds.Contains(ask.RunId)))
            {
                await client.Entities.SignalEntityAsync(entity.Id, LeaseEntity.Forget, runIds.ToArray(), options: null, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Whether a lease is still held, as far as can be told: its call may come back after a crash, when it is over. What happens between this
    /// and the call is what the fencing token is for.
    /// </summary>
    /// <param name="lease">The lease.</param>
    /// <param name="client">The durable client.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    private async Task<bool> IsHeldAsync(CallLease lease, DurableTaskClient client, CancellationToken cancellationToken) =>
        lease.Grant is { } grant
        && (grant.ExpiresAt > time.GetUtcNow()
            || (await client.Entities.GetEntityAsync<LeaseState>(LeaseEntity.For(lease.Need.Key), includeState: true, cancellationToken))
                ?.State.Holder is { } holder && holder.Token == grant.Token && holder.ExpiresAt > time.GetUtcNow());

    /// <summary>Names of arguments in a resource's name.</summary>
    /// <param name="resource">The name.</param>
    internal static IEnumerable<string> ArgumentsOf(string resource) => Argument().Matches(resource).Select(match => match.Groups[1].Value);

    private static string Text(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value?.ToJsonString() ?? "";

    [GeneratedRegex(@"\{([A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Argument();
}
