using CrashHost.Programs;
using FsCheck;
using FsCheck.Fluent;

namespace Local.Tests.DurableTask.Programs;

/// <summary>Makes small random programs, and smaller ones of one that fails.</summary>
public static class ProgramGenerator
{
    public const int Entities = 3;
    private const int LargestSize = 12;

    public static Arbitrary<Workflow> Workflows() => Arb.From(Workflow(), Shrink);

    public static Arbitrary<CrashCase> CrashCases() => Arb.From(
        from programs in Workflow().ArrayOf(6)
        from kills in Gen.Choose(1, 25).ArrayOf(3)
        select new CrashCase(programs, kills),
        each => Without(each.Programs).Select(fewer => each with { Programs = fewer })
            .Concat(Without(each.Kills).Select(fewer => each with { Kills = fewer })));

    private static Gen<Workflow> Workflow() => Workflow(LargestSize, isRoot: true);

    private static Gen<Workflow> Workflow(int size, bool isRoot) =>
        from continues in Gen.Choose(0, 3)
        from first in Step(size, isRoot)
        from second in Step(size / 2, isRoot)
        select new Workflow(first, continues == 0 ? second : null);

    private static Gen<Step> Step(int size, bool isRoot) => size <= 1
        ? Leaf(isRoot)
        : Gen.Frequency(
            (2, Leaf(isRoot)),
            (3, from steps in Steps(size, isRoot) select (Step)new Sequence(steps)),
            (3, from steps in Steps(size, isRoot) select (Step)new Together(steps)),
            (3, from steps in Steps(size, isRoot)
                from nodes in Gen.CollectToArray(steps.Select((step, index) =>
                    from after in Gen.SubListOf(Enumerable.Range(0, index)) select new Node(step, [.. after])))
                select (Step)new Graph(nodes)),
            (2, from body in Workflow(size / 2, isRoot: false) from given in Gen.Choose(0, 1) select (Step)new Child(body, given == 0)),
            (2, from body in Step(size / 2, isRoot) from otherwise in Step(size / 3, isRoot) select (Step)new Try(body, otherwise)),
            (1, from count in Gen.Choose(1, 3)
                from sending in Step(size / 3, isRoot)
                from waiting in Step(size / 3, isRoot)
                select (Step)new Events(count, sending, waiting)));

    private static Gen<Step[]> Steps(int size, bool isRoot) =>
        from count in Gen.Choose(1, 4)
        from steps in Step(size / count, isRoot).ArrayOf(count)
        select steps;

    private static Gen<Step> Leaf(bool isRoot) => Gen.Frequency(
        (5, from failures in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(1, 3))) from attempts in Gen.Choose(1, 3) select (Step)new Activity(failures, attempts)),
        (1, from milliseconds in Gen.Choose(0, 20) select (Step)new Delay(milliseconds)),
        (1, Gen.Constant<Step>(new CancelledTimer())),
        (isRoot ? 1 : 0, Gen.Constant<Step>(new ClientEvent())),
        (1, from milliseconds in Gen.Choose(1, 10) select (Step)new MissingEvent(milliseconds)),
        (2, from entity in Gen.Choose(0, Entities - 1) from fails in Gen.Choose(0, 3) select (Step)new EntityCall(entity, fails == 0)),
        (3, from entity in Gen.Choose(0, Entities - 1)
            from delay in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(1, 20)))
            select (Step)new EntitySignal(entity, delay)),
        (2, from entities in Gen.SubListOf(Enumerable.Range(0, Entities)).Where(some => some.Count > 0) select (Step)new CriticalSection([.. entities])),
        (1, Gen.Constant<Step>(new Throw())));

    private static IEnumerable<Workflow> Shrink(Workflow workflow)
    {
        if (workflow.AsNew is { } second)
        {
            yield return workflow with { AsNew = null };
            yield return new Workflow(second, null);
            foreach (var smaller in Shrink(second))
            {
                yield return workflow with { AsNew = smaller };
            }
        }

        foreach (var smaller in Shrink(workflow.First))
        {
            yield return workflow with { First = smaller };
        }
    }

    private static IEnumerable<Step> Shrink(Step step) => step switch
    {
        Sequence sequence => [.. sequence.Steps, .. Without(sequence.Steps).Select(fewer => new Sequence(fewer)), .. Each(sequence.Steps).Select(smaller => new Sequence(smaller))],
        Together together => [.. together.Steps, .. Without(together.Steps).Select(fewer => new Together(fewer)), .. Each(together.Steps).Select(smaller => new Together(smaller))],
        Graph graph =>
        [
            .. graph.Nodes.Select(node => node.Body),
            new Together([.. graph.Nodes.Select(node => node.Body)]),
            .. graph.Nodes.Length > 1 ? [new Graph(graph.Nodes[..^1])] : Array.Empty<Step>(),
            .. Each([.. graph.Nodes.Select(node => node.Body)])
                .Select(smaller => new Graph([.. graph.Nodes.Select((node, index) => node with { Body = smaller[index] })])),
        ],
        Child child => [child.Body.First, .. Shrink(child.Body).Select(smaller => child with { Body = smaller })],
        Try attempt =>
        [
            attempt.Body,
            attempt.Otherwise,
            .. Shrink(attempt.Body).Select(smaller => attempt with { Body = smaller }),
            .. Shrink(attempt.Otherwise).Select(smaller => attempt with { Otherwise = smaller }),
        ],
        Events events =>
        [
            events.BeforeSending,
            events.BeforeWaiting,
            .. Shrink(events.BeforeSending).Select(smaller => events with { BeforeSending = smaller }),
            .. Shrink(events.BeforeWaiting).Select(smaller => events with { BeforeWaiting = smaller }),
        ],
        Delay { Milliseconds: 0 } => [],
        _ => [new Delay(0)],
    };

    private static IEnumerable<Step[]> Each(Step[] steps) =>
        steps.SelectMany((step, index) => Shrink(step).Select(smaller => (Step[])[.. steps[..index], smaller, .. steps[(index + 1)..]]));

    private static IEnumerable<T[]> Without<T>(T[] items) =>
        items.Length < 2 ? [] : Enumerable.Range(0, items.Length).Select(index => (T[])[.. items[..index], .. items[(index + 1)..]]);
}

/// <summary>Programs that run in one process, which is killed at these numbers of commits, each counted from its start.</summary>
public sealed record CrashCase(Workflow[] Programs, int[] Kills)
{
    public override string ToString() => $"killed at {string.Join(", ", Kills)}: {System.Text.Json.JsonSerializer.Serialize(Programs)}";
}
