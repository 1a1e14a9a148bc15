using System.Reflection;
using AgentFunctions.Local.DurableTask.Engine;
using AgentFunctions.Local.ServiceBus.Broker;
using AgentFunctions.Local.Worker.Hosting;

namespace Local.Tests.Api;

public class ApiSubsetTests
{
    private static readonly Assembly[] LocalAssemblies =
        [typeof(LocalHostBuilder).Assembly, typeof(DurableEngine).Assembly, typeof(MessageBroker).Assembly];

    [Fact]
    public void What_the_local_host_shows_under_the_names_of_the_real_packages_is_in_the_real_packages()
    {
        var real = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "ApiListings"), "*.txt")
            .SelectMany(File.ReadLines)
            .ToHashSet(StringComparer.Ordinal);

        var local = Shown().SelectMany(ApiListing.Of).ToList();

        Assert.NotEmpty(local);
        // What is protected here and public there only shows less.
        var added = local.Where(line => !real.Contains(line) && !real.Contains(line.Replace(":: protected ", ":: ", StringComparison.Ordinal)));
        Assert.True(!added.Any(), $"Not in the real packages:\n{string.Join('\n', added.Order(StringComparer.Ordinal))}");
    }

    [Fact]
    public void Everything_else_is_hidden()
    {
        var others = LocalAssemblies
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => !IsNamedAsReal(type) && type.Namespace != "DurableTask.Core.Exceptions");

        Assert.Empty(others);
    }

    private static IEnumerable<Type> Shown() => LocalAssemblies
        .SelectMany(assembly => assembly.GetExportedTypes())
        .Where(IsNamedAsReal);

    private static bool IsNamedAsReal(Type type) =>
        type.Namespace?.StartsWith("Microsoft.", StringComparison.Ordinal) == true
        || type.Namespace?.StartsWith("Azure.", StringComparison.Ordinal) == true;
}
