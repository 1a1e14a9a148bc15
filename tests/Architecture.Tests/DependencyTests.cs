using System.Reflection;
using AgentFunctions.Runs;
using NetArchTest.Rules;

namespace Architecture.Tests;

/// <summary>Dependencies point one way: samples → functions → abstractions, and functions → local only through the real API.</summary>
public sealed class DependencyTests
{
    private static readonly Assembly Functions = typeof(RunRecord).Assembly;

    [Fact]
    public void The_function_app_names_nothing_of_the_local_host_but_the_real_API() =>
        Holds(Types.InAssembly(Functions).ShouldNot().HaveDependencyOnAny("AgentFunctions.Local"));

    [Fact]
    public void The_local_host_names_nothing_of_the_function_app()
    {
        foreach (var assembly in LocalAssemblies())
        {
            var foreign = assembly.GetReferencedAssemblies()
                .Select(reference => reference.Name!)
                .Where(name => name == "AgentFunctions" || name is "AgentFunctions.Abstractions" || name.StartsWith("LegalAudit", StringComparison.Ordinal) || name.StartsWith("LogisticsStorm", StringComparison.Ordinal));
            Assert.Empty(foreign);
        }
    }

    [Fact]
    public void What_the_local_host_adds_to_the_real_API_is_internal()
    {
        foreach (var assembly in LocalAssemblies())
        {
            Assert.Empty(assembly.GetExportedTypes()
                .Where(type => type.Namespace?.StartsWith("AgentFunctions", StringComparison.Ordinal) == true)
                .Select(type => type.FullName));
        }
    }

    [Theory]
    [InlineData("AgentFunctions.Budgets")]
    [InlineData("AgentFunctions.Planning")]
    [InlineData("AgentFunctions.Agents")]
    [InlineData("AgentFunctions.Models")]
    [InlineData("AgentFunctions.Tools")]
    [InlineData("AgentFunctions.Approvals")]
    [InlineData("AgentFunctions.Policies")]
    [InlineData("AgentFunctions.Audit")]
    [InlineData("AgentFunctions.Storage")]
    [InlineData("AgentFunctions.Webhooks")]
    [InlineData("AgentFunctions.Networking")]
    public void The_runtime_knows_neither_HTTP_nor_a_pack(string folder) => Holds(Types.InAssembly(Functions)
        .That().ResideInNamespace(folder)
        .ShouldNot().HaveDependencyOnAny("AgentFunctions.Http", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Mvc", "LegalAudit", "LogisticsStorm"));

    [Fact]
    public void Only_the_stores_know_SQLite() => Holds(Types.InAssembly(Functions)
        .That().DoNotResideInNamespace("AgentFunctions.Storage.Sqlite")
        .ShouldNot().HaveDependencyOnAny("Microsoft.Data.Sqlite"));

    [Fact]
    public void Only_the_stores_know_tables_and_blobs() => Holds(Types.InAssembly(Functions)
        .That().DoNotResideInNamespace("AgentFunctions.Storage.Tables")
        .ShouldNot().HaveDependencyOnAny("Azure.Data.Tables", "Azure.Storage"));

    [Theory]
    [InlineData(typeof(LegalAudit.LegalAuditPack))]
    [InlineData(typeof(LogisticsStorm.LogisticsStormPack))]
    public void A_pack_knows_only_the_abstractions(Type pack)
    {
        var references = pack.Assembly.GetReferencedAssemblies().Select(reference => reference.Name!);
        Assert.Equal(["AgentFunctions.Abstractions"], references.Where(name => name.StartsWith("AgentFunctions", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nothing_of_the_app_or_the_local_host_knows_the_replay_which_knows_no_pack_and_nothing_of_the_host_but_the_real_API()
    {
        const string Replay = "AgentFunctions.Replay";
        Assert.All(
            [.. LocalAssemblies(), Functions, typeof(LegalAudit.LegalAuditPack).Assembly, typeof(LogisticsStorm.LogisticsStormPack).Assembly],
            assembly => Assert.DoesNotContain(Replay, assembly.GetReferencedAssemblies().Select(reference => reference.Name)));
        Holds(Types.InAssembly(Assembly.Load(Replay)).ShouldNot().HaveDependencyOnAny("AgentFunctions.Local", "LegalAudit", "LogisticsStorm", "Microsoft.Data.Sqlite"));
    }

    [Fact]
    public void The_function_app_is_one_source_for_both_hosts()
    {
        var conditional = Directory.EnumerateFiles(Path.Combine(Repository.Root, "functions"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(path => File.ReadLines(path).Any(line => line.TrimStart().StartsWith("#if", StringComparison.Ordinal)));
        Assert.Empty(conditional);
    }

    private static IEnumerable<Assembly> LocalAssemblies() => new[]
    {
        "AgentFunctions.Local.Storage", "AgentFunctions.Local.DurableTask", "AgentFunctions.Local.ServiceBus", "AgentFunctions.Local.Worker",
    }.Select(Assembly.Load);

    private static void Holds(ConditionList rule)
    {
        var result = rule.GetResult();
        Assert.True(result.IsSuccessful, string.Join(Environment.NewLine, result.FailingTypeNames ?? []));
    }
}
