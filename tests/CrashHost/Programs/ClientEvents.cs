namespace CrashHost.Programs;

/// <summary>Finds the events that the client raises; children wait for none.</summary>
public static class ClientEvents
{
    public static IEnumerable<string> PathsIn(Workflow workflow) =>
        workflow.Generations.Index().SelectMany(each => PathsIn(each.Item, $"g{each.Index}"));

    private static IEnumerable<string> PathsIn(Step step, string path) =>
        step is ClientEvent ? [path] : Parts(step).Index().SelectMany(part => PathsIn(part.Item, Names.Part(path, part.Index)));

    private static Step[] Parts(Step step) => step switch
    {
        Sequence sequence => sequence.Steps,
        Together together => together.Steps,
        Graph graph => [.. graph.Nodes.Select(node => node.Body)],
        Events events => [events.BeforeSending, events.BeforeWaiting],
        Try attempt => [attempt.Body, attempt.Otherwise],
        _ => [],
    };
}
