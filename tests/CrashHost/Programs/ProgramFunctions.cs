using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;

namespace CrashHost.Programs;

/// <summary>The functions that programs are made of.</summary>
public sealed class ProgramFunctions(Ledger ledger) : TaskEntity<List<string>>
{
    [Function(nameof(Interpret))]
    public static async Task<string> Interpret([OrchestrationTrigger] TaskOrchestrationContext context, Run run)
    {
        var result = await new Interpreter(context, run.Root).RunAsync(run.Step, run.StepPath);
        if (run.Generation == 0 && run.Workflow.AsNew is not null)
        {
            context.ContinueAsNew(run with { Generation = 1 });
        }

        return result;
    }

    [Function(nameof(Isolate))]
    public static async Task<string> Isolate([OrchestrationTrigger] TaskOrchestrationContext context, Section section)
    {
        var ids = section.Entities.Select(entity => new EntityInstanceId(Names.Entity, Names.EntityKey(section.Root, entity))).ToList();
        await using var held = await context.Entities.LockEntitiesAsync(ids);
        foreach (var id in ids)
        {
            var before = await context.Entities.CallEntityAsync<int>(id, "Length");
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            await context.Entities.CallEntityAsync(id, "Write", section.Path);
            if (await context.Entities.CallEntityAsync<int>(id, "Length") != before + 1)
            {
                return "disturbed";
            }
        }

        return "isolated";
    }

    [Function(nameof(Job))]
    public string Job([ActivityTrigger] Job job)
    {
        var execution = ledger.Note(job.Root, job.Path);
        return job.Succeeds && execution > job.Failures ? job.Path : throw new InvalidOperationException(Names.Failure(job.Path));
    }

    [Function(Names.Entity)]
    public Task Run([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync(this);

    public string Write(string path)
    {
        State.Add(path);
        return path;
    }

    public string WriteAndFail(string path)
    {
        State.Add(path);
        throw new InvalidOperationException(Names.Failure(path));
    }

    public int Length() => State.Count;
}
