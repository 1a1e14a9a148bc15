using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace CrashHost.Programs;

/// <summary>Programs that one process runs, each under the name of its place.</summary>
/// <param name="Workflows">The programs.</param>
/// <param name="Writes">How often they write into entities.</param>
public sealed record Batch(Workflow[] Workflows, int Writes)
{
    public static string Root(int index) => $"program{index}";

    public static async Task<Batch> LoadAsync(string file, CancellationToken cancellation) =>
        JsonSerializer.Deserialize<Batch>(await File.ReadAllTextAsync(file, cancellation))!;

    /// <summary>Starts a program if it does not exist, and raises its events, again if they were.</summary>
    public static async Task StartAsync(DurableTaskClient client, Workflow workflow, string root, CancellationToken cancellation)
    {
        if (await client.GetInstanceAsync(root, cancellation) is null)
        {
            var input = new Run(workflow, root, string.Empty, 0);
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(ProgramFunctions.Interpret), input, new StartOrchestrationOptions(root), cancellation);
        }

        foreach (var path in ClientEvents.PathsIn(workflow))
        {
            await client.RaiseEventAsync(root, Names.Event(path), path, cancellation);
        }
    }

    public Task SaveAsync(string file, CancellationToken cancellation) =>
        File.WriteAllTextAsync(file, JsonSerializer.Serialize(this), cancellation);

    /// <summary>Starts everything and waits for the end of all programs and signals.</summary>
    public async Task RunAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        foreach (var (index, workflow) in Workflows.Index())
        {
            await StartAsync(client, workflow, Root(index), cancellation);
        }

        for (var index = 0; index < Workflows.Length; index++)
        {
            await client.WaitForInstanceCompletionAsync(Root(index), cancellation);
        }

        while (await WritesAsync(client, cancellation) < Writes)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellation);
        }
    }

    private static async Task<int> WritesAsync(DurableTaskClient client, CancellationToken cancellation)
    {
        var count = 0;
        await foreach (var entity in client.Entities.GetAllEntitiesAsync<List<string>>().WithCancellation(cancellation))
        {
            count += entity.State.Count;
        }

        return count;
    }
}
