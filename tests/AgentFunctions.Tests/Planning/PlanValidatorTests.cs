using System.Text.Json.Nodes;
using AgentFunctions.Agents;
using AgentFunctions.Planning;
using AgentFunctions.Tools;
using FsCheck.Xunit;
using Microsoft.Extensions.AI;

namespace AgentFunctions.Tests.Planning;

public sealed class PlanValidatorTests
{
    private static readonly AgentDefinition Planner = new()
    {
        Name = "planner",
        Model = "any",
        Instructions = "Plan.",
        Mode = AgentMode.Plan,
        Tools = ["list"],
        Agents = ["worker"],
    };

    [Fact]
    public void A_plan_of_known_tools_and_agents_is_accepted() => Assert.Empty(Problems(
        Tool("list"),
        new PlanStep { Id = "work", Kind = StepKind.FanOut, Agent = "worker", Goal = "Do ${item}", Items = "${steps.list.all}", DependsOn = ["list"] }));

    [Fact]
    public void A_plan_without_steps_is_refused() => Assert.Equal("steps", Assert.Single(Problems()).Field);

    [Fact]
    public void A_step_that_is_null_is_refused() => Assert.Equal("steps[0]", Assert.Single(Problems([null!])).Field);

    [Fact]
    public void An_unknown_tool_is_refused() =>
        Only("steps[0].tool", "no tool 'format_disk'", new PlanStep { Id = "a", Kind = StepKind.Tool, Tool = "format_disk" });

    [Fact]
    public void A_tool_that_the_agent_may_not_call_is_refused() =>
        Only("steps[0].tool", "may not call", new PlanStep { Id = "a", Kind = StepKind.Tool, Tool = "delete" });

    [Fact]
    public void An_unknown_agent_is_refused() =>
        Only("steps[0].agent", "no agent 'nobody'", new PlanStep { Id = "a", Kind = StepKind.Agent, Agent = "nobody", Goal = "Work" });

    [Fact]
    public void A_dependency_that_does_not_exist_is_refused() =>
        Only("steps[0].dependsOn", "'ghost', which does not exist", Tool("a") with { DependsOn = ["ghost"] });

    [Fact]
    public void A_cycle_is_refused_and_named() => Only(
        "steps", "a → c → b → a", Tool("a") with { DependsOn = ["c"] }, Tool("b") with { DependsOn = ["a"] }, Tool("c") with { DependsOn = ["b"] });

    [Fact]
    public void A_step_that_depends_on_itself_is_refused() => Only("steps", "a → a", Tool("a") with { DependsOn = ["a"] });

    [Fact]
    public void Two_steps_of_one_id_are_refused() => Only("steps[1].id", "another step", Tool("a"), Tool("a"));

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    public void An_id_that_could_be_a_path_is_refused(string id) => Only("steps[0].id", "1 to 64", Tool(id));

    [Fact]
    public void A_reference_to_a_step_that_is_not_depended_on_is_refused() =>
        Only("steps[1].args", "must depend on 'a'", Tool("a"), Tool("b") with { Args = new JsonObject { ["x"] = "${steps.a.y}" } });

    [Fact]
    public void A_reference_to_an_item_outside_a_fan_out_is_refused() =>
        Only("steps[0].args", "in a fan-out only", Tool("a") with { Args = new JsonObject { ["x"] = "${item}" } });

    [Fact]
    public void A_replan_may_refer_to_earlier_outputs_but_not_take_the_ids_of_started_steps()
    {
        var history = PlanHistory.Of(
        [
            new StepState(Tool("list"), StepStatus.Completed, OutputHash: "hash"),
            new StepState(Tool("broken"), StepStatus.Replaced, Reason: "It failed."),
            new StepState(Tool("unreached"), StepStatus.Replaced),
        ]);

        var problems = Problems(
            [Tool("unreached") with { Args = new JsonObject { ["x"] = "${steps.list.y}" }, DependsOn = ["list"] }, Tool("broken")], history);

        Assert.Equal("steps[1].id", Assert.Single(problems).Field);
    }

    [Property(MaxTest = 200)]
    public bool A_plan_is_accepted_exactly_if_its_steps_can_be_ordered(byte[] edges)
    {
        const int Steps = 6;
        var steps = Enumerable.Range(0, Steps).Select(step => Tool($"s{step}") with
        {
            DependsOn = [.. edges.Where(edge => edge % Steps == step).Select(edge => $"s{edge / Steps % Steps}").Distinct()],
        }).ToArray();
        return (Problems(steps).Count == 0) == CanBeOrdered(steps);
    }

    private static bool CanBeOrdered(PlanStep[] steps)
    {
        var done = new HashSet<string>();
        while (steps.FirstOrDefault(step => !done.Contains(step.Id) && step.DependsOn.All(done.Contains)) is { } next)
        {
            done.Add(next.Id);
        }

        return done.Count == steps.Length;
    }

    private static PlanStep Tool(string id) => new() { Id = id, Kind = StepKind.Tool, Tool = "list" };

    private static void Only(string field, string problem, params PlanStep[] steps)
    {
        var found = Assert.Single(Problems(steps));
        Assert.Equal(field, found.Field);
        Assert.Contains(problem, found.Problem, StringComparison.Ordinal);
    }

    private static IReadOnlyList<PlanProblem> Problems(params PlanStep[] steps) => Problems(steps, history: null);

    private static IReadOnlyList<PlanProblem> Problems(PlanStep[] steps, PlanHistory? history) =>
        PlanValidator.Validate(new Plan(steps), Planner, new TwoTools(), new HashSet<string> { "worker", "planner" }, history);

    private sealed class TwoTools : IToolCatalog
    {
        private readonly AIFunction[] tools =
        [
            AIFunctionFactory.Create(() => "all", "list"),
            AIFunctionFactory.Create(() => "gone", "delete"),
        ];

        public AIFunction? Find(string name) => Array.Find(tools, tool => tool.Name == name);

        public IReadOnlyList<AIFunction> List() => tools;

        public decimal CostUsd(string name) => 0m;

        public IReadOnlyList<string> Validate(string name, JsonObject arguments) => [];

        public Task<ToolResult> InvokeAsync(string name, JsonObject arguments, ToolContext context, CancellationToken cancellationToken) =>
            throw new NotSupportedException("Validation calls no tool.");

        public bool IsCompensated(string name) => false;

        public Task<ToolResult> CompensateAsync(
            string name, JsonObject arguments, JsonNode? result, ToolContext context, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
