using AgentFunctions.Benchmarks.Soak;
using CrashHost.Programs;
using Microsoft.DurableTask.Converters;

namespace Benchmarks.Tests;

public sealed class ExecutionTallyTests
{
    private const string Root = "soak-0";
    private const string Path = "g0";
    private readonly Problems problems = new();

    [Fact]
    public void An_activity_that_was_in_flight_at_the_kill_may_be_executed_again()
    {
        var program = Program(new Activity(0, 1));
        var tally = Tally(program);

        tally.Add([Ledger.Line(Root, Path)], new Evidence(), problems);
        tally.Add([Ledger.Line(Root, Path)], Stored(program, Scheduled(1)), problems);

        Assert.Equal((0, 1), (tally.Doubled, tally.AgainOf(program)));
    }

    [Fact]
    public void An_activity_whose_success_is_in_the_history_may_not() =>
        Assert.Equal(1, DoubledAfter(Stored(Program(new Activity(0, 1)), Scheduled(1), Answer("taskCompleted", 1))));

    [Fact]
    public void An_activity_whose_success_is_in_a_message_may_not()
    {
        var evidence = new Evidence();
        evidence.Add([new StoredInstance(Root, false, [Started(Program(new Activity(0, 1))), Scheduled(1)], [Answer("taskCompleted", 1)])]);

        Assert.Equal(1, DoubledAfter(evidence));
    }

    [Fact]
    public void An_activity_of_a_program_that_has_ended_may_not()
    {
        var evidence = new Evidence();
        evidence.Add([new StoredInstance(Root, true, [], [])]);

        Assert.Equal(1, DoubledAfter(evidence));
    }

    [Fact]
    public void An_activity_of_an_execution_that_was_continued_as_new_may_not()
    {
        var evidence = new Evidence();
        evidence.Add([new StoredInstance(Root, false, [Started(Program(new Activity(0, 1)), generation: 1)], [])]);

        Assert.Equal(1, DoubledAfter(evidence));
    }

    [Fact]
    public void Attempts_whose_failure_is_stored_are_not_made_again()
    {
        var program = Program(new Activity(2, 3));
        var evidence = Stored(program, Scheduled(1), Answer("taskFailed", 1), Scheduled(2), Answer("taskFailed", 2));
        var tally = Tally(program);

        tally.Add([Ledger.Line(Root, Path)], evidence, problems);
        Assert.Equal(0, tally.Doubled);
        tally.Add([Ledger.Line(Root, Path), Ledger.Line(Root, Path)], evidence, problems);
        Assert.Equal(1, tally.Doubled);
    }

    [Fact]
    public void An_activity_that_was_never_executed_is_lost()
    {
        var program = Program(new Sequence([new Activity(0, 1), new Activity(0, 1)]));
        var tally = Tally(program);

        tally.Add([Ledger.Line(Root, "g0.0")], new Evidence(), problems);

        Assert.Equal(1, tally.LostOf(program));
    }

    [Fact]
    public void An_activity_of_no_program_is_unforeseen()
    {
        var tally = Tally(Program(new Delay(1)));

        tally.Add([Ledger.Line(Root, Path)], new Evidence(), problems);

        Assert.Equal(1, tally.Unforeseen);
        Assert.Single(problems.First);
    }

    [Fact]
    public void A_timer_that_fired_twice_is_in_its_history_twice()
    {
        var evidence = Stored(Program(new Delay(1)), Answer("timerFired", 7), Answer("timerFired", 7), Answer("timerFired", 8));

        Assert.Equal([(Root, "timerFired", 7)], evidence.AnsweredTwice);
    }

    private int DoubledAfter(Evidence evidence)
    {
        var tally = Tally(Program(new Activity(0, 1)));
        tally.Add([Ledger.Line(Root, Path)], evidence, problems);
        return tally.Doubled;
    }

    private static ExecutionTally Tally(SoakProgram program) => new(_ => program);

    private static SoakProgram Program(Step step) => new(Root, new Workflow(step, null));

    private static Evidence Stored(SoakProgram program, params StoredEvent[] history)
    {
        var evidence = new Evidence();
        evidence.Add([new StoredInstance(Root, false, [Started(program), .. history], [])]);
        return evidence;
    }

    private static StoredEvent Started(SoakProgram program, int generation = 0) => new(
        "started",
        null,
        nameof(ProgramFunctions.Interpret),
        JsonDataConverter.Default.Serialize(new Run(program.Workflow, Root, string.Empty, generation)));

    private static StoredEvent Scheduled(int task) => new(
        "taskScheduled", task, nameof(ProgramFunctions.Job), JsonDataConverter.Default.Serialize(new Job(Root, Path, 0, true)));

    private static StoredEvent Answer(string kind, int task) => new(kind, task, null, null);
}
