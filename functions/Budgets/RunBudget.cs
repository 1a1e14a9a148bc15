using AgentFunctions.Queue;
using AgentFunctions.Runs;
using Microsoft.DurableTask;

namespace AgentFunctions.Budgets;

/// <summary>
/// The budget of one run, kept by its orchestrator. It holds a part of its thread's budget, or of its supervisor's, hands slices of it
/// to the run's loops and children, and takes back what they did not use; so hundreds of them can work without asking the thread's
/// entity. While all that the run does waits for budget, the run shows as paused and nothing runs. Orchestrator code: deterministic, no I/O.
/// </summary>
public sealed class RunBudget
{
    private readonly TaskOrchestrationContext context;
    private readonly RunHeader run;
    private readonly string? supervisor;
    private readonly RunClock clock;
    private readonly BudgetPause pause;
    private readonly RunSlot slot;
    private readonly Background background = new();
    private readonly Queue<BudgetTurn> turns = new();
    private readonly Dictionary<string, TaskCompletionSource<Amounts>> own = new(StringComparer.Ordinal);
    private BudgetAccount account;
    private TaskCompletionSource? fetched;
    private Task telling = Task.CompletedTask;
    private bool isTelling;
    private bool isScarce;
    private int asks;

    /// <summary>The budget of a run that begins.</summary>
    /// <param name="context">The run's orchestration.</param>
    /// <param name="run">The run.</param>
    /// <param name="slice">What its supervisor has handed to it.</param>
    public RunBudget(TaskOrchestrationContext context, RunHeader run, BudgetSlice? slice)
    {
        (this.context, this.run) = (context, run);
        supervisor = slice?.From;
        clock = new RunClock(context, run.Budget.Spent.Seconds);
        pause = new BudgetPause(context, run, clock, background);
        slot = new RunSlot(context, run);
        account = new BudgetAccount
        {
            Scope = run.IsRoot ? BudgetScope.Run : BudgetScope.ChildRun,
            Id = run.RunId,
            Address = context.InstanceId,
            IsOpen = true,
            Limits = run.Budget.Limits,
            AlertAt = run.Budget.AlertAt,
            Portion = RunBudgetTerms.Portion(run.Limits),
            SpentByGone = run.Budget.Spent with { Seconds = 0 },
            SpentThen = run.Budget.Spent,
            ClosedAbove = run.IsRoot ? Amounts.None : run.Budget.Spent,
            Ceiling = run.Budget.Spent + (slice?.Held ?? Amounts.None),
            LeftAbove = slice?.Left ?? BudgetLimits.None,
        };
    }

    /// <summary>What the run and its descendants have spent, as far as they have told; of a child, since this orchestration began.</summary>
    public Amounts Spent => Now.Spent - Now.ClosedAbove;

    private BudgetAccount Now => account with { Clock = clock.Seconds };

    /// <summary>Answers loops and children while the run's work goes on.</summary>
    /// <typeparam name="T">What the work comes to.</typeparam>
    /// <param name="work">The work.</param>
    public async Task<T> ServeAsync<T>(Task<T> work)
    {
        _ = background.Start(() => ListenAsync<BudgetAsk>(RunEvents.BudgetAsked, Asked));
        _ = background.Start(() => ListenAsync<BudgetAnswer>(RunEvents.BudgetAnswered, Answered));
        _ = background.Start(() => ListenAsync<BudgetLimits>(RunEvents.BudgetLimitsChanged, Limited));
        _ = background.Start(() => ListenAsync<bool>(RunEvents.BudgetRecalled, _ => Recalled()));
        _ = background.Start(slot.ListenAsync);
        await Task.WhenAny(work, background.Failure);
        await (background.Failure.IsFaulted ? background.Failure : telling);
        if (run.IsRoot)
        {
            // Before the run shows as ended: whoever sees its end then sees its cost in the thread's budget, too.
            await ReleaseAsync();
        }

        pause.Abandon();
        return await work;
    }

    /// <summary>Returns once the run itself holds at least that much.</summary>
    /// <param name="holder">What it is for; closed by <see cref="Close"/>.</param>
    /// <param name="need">How much.</param>
    /// <param name="stepId">The step that needs it.</param>
    /// <param name="use">How much would be of use at once; got as far as there is any.</param>
    /// <returns>How much is held.</returns>
    public Task<Amounts> HoldAsync(string holder, Amounts need, string? stepId = null, Amounts? use = null)
    {
        var granted = new TaskCompletionSource<Amounts>();
        own[holder] = granted;
        Take(BudgetRules.Ask(
            Now,
            new BudgetAsk(holder, ++asks, run.RunId, Amounts.None, Amounts.None, need, need, StepId: stepId) { Use = use ?? Amounts.None }));
        return granted.Task;
    }

    /// <summary>Returns once a step may begin.</summary>
    /// <param name="stepId">The step.</param>
    /// <param name="call">What the call needs of a step that is a tool call, ended by <see cref="EndCall"/>.</param>
    public async Task BeginStepAsync(string stepId, Amounts? call = null)
    {
        var step = run.Begun.Contains(stepId) ? Amounts.None : new Amounts { Steps = 1 };
        await HoldAsync(CallHolder(stepId), step + new Amounts { Seconds = 1 } + (call ?? Amounts.None), stepId);
        Close(CallHolder(stepId), step);
        if (call is not null)
        {
            await BeginCallAsync(stepId, call);
        }
    }

    /// <summary>Returns once the tool call of a step may be made.</summary>
    /// <param name="stepId">The step.</param>
    /// <param name="call">What the call needs.</param>
    public Task BeginCallAsync(string stepId, Amounts call) => HoldAsync(CallHolder(stepId), call with { Seconds = 1 }, stepId);

    /// <summary>The tool call of a step has ended.</summary>
    /// <param name="stepId">The step.</param>
    /// <param name="spent">What it has spent; nothing where a human has to decide on it first.</param>
    public void EndCall(string stepId, Amounts spent) => Close(CallHolder(stepId), spent);

    /// <summary>A part of what the run holds, for a loop or a child that begins; closed by <see cref="Close"/>.</summary>
    /// <param name="holder">The loop's instance id, or the child's run id.</param>
    /// <param name="want">What it wants.</param>
    /// <param name="sharers">How many begin at the same time, this one included.</param>
    /// <param name="instance">The instance id of its orchestration, where that is not the holder's id.</param>
    public BudgetSlice Slice(string holder, Amounts want, int sharers = 1, string? instance = null)
    {
        (account, var slice) = BudgetRules.Slice(Now, holder, want, sharers, instance);
        return slice;
    }

    /// <summary>Takes back what a holder has not spent.</summary>
    /// <param name="holder">The holder.</param>
    /// <param name="spent">What it has spent in all.</param>
    public void Close(string holder, Amounts spent)
    {
        own.Remove(holder);
        Take(BudgetRules.Close(Now, holder, spent, run.RunId));
    }

    /// <summary>Gets what children will want that are about to begin, unless there is little left: then each asks when it needs some.</summary>
    /// <param name="one">What one child wants.</param>
    /// <param name="children">How many will begin.</param>
    public async Task FetchAsync(Amounts one, int children)
    {
        await slot.HoldAsync();
        if (isScarce || fetched is not null || CanSlice(one * children) || account.IsAsking || !account.Waiters.IsEmpty)
        {
            return;
        }

        fetched = new TaskCompletionSource();
        Take(BudgetRules.Fetch(Now, one, one * children));
        await fetched.Task;
        fetched = null;
        isScarce = !CanSlice(one);
    }

    /// <summary>Whether so much is at hand.</summary>
    /// <param name="want">How much.</param>
    public bool CanSlice(Amounts want) => Amounts.Kinds.All(kind => kind == BudgetKind.WallClock || Now.Free(kind) is not { } free || free >= want[kind]);

    /// <summary>Gives back what nobody needs while nothing of the run is at work, such as while a human decides.</summary>
    public Task ReleaseAsync()
    {
        if (!account.HasWork)
        {
            Take(BudgetRules.GiveBack(Now));
        }

        return telling;
    }

    /// <summary>
    /// The run waits for a human. Where nothing else of it is at work, it gives back what nobody needs, and its slot; both are taken
    /// again by what goes on first.
    /// </summary>
    public async Task RestAsync()
    {
        await ReleaseAsync();
        if (!account.HasWork)
        {
            await slot.LeaveAsync();
        }
    }

    /// <summary>Something of the run has ended. Where all the rest of it waits for humans, it rests.</summary>
    public Task RestWithOthersAsync() => account.Rests ? RestAsync() : Task.CompletedTask;

    /// <summary>Returns once the run has its slot, where a human has let it go on without a need of the budget.</summary>
    public Task WakeAsync() => slot.HoldAsync();

    private static string CallHolder(string stepId) => $"step:{stepId}";

    private async Task ListenAsync<T>(string name, Action<T> take)
    {
        while (true)
        {
            take(await context.WaitForExternalEvent<T>(name));
        }
    }

    private void Asked(BudgetAsk ask)
    {
        Take(BudgetRules.Ask(Now, ask));
        if (ask.IsResting && account.Rests)
        {
            Take(BudgetRules.GiveBack(Now));
            _ = background.Start(slot.LeaveAsync);
        }
    }

    private void Answered(BudgetAnswer answer)
    {
        var isOfFetch = fetched is not null && answer.Sequence == account.Asked?.Sequence;
        Take(BudgetRules.Answer(Now, answer));
        if (isOfFetch)
        {
            fetched?.TrySetResult();
        }
        else if (!account.HasWork && account.Waiters.IsEmpty)
        {
            Take(BudgetRules.GiveBack(Now));
        }
    }

    private void Limited(BudgetLimits limits)
    {
        isScarce = false;
        Take(BudgetRules.SetLimits(Now, limits));
    }

    private void Recalled() => Take(BudgetRules.GiveBack(Now) with { Recalls = BudgetRules.Active(account) });

    private void Take(BudgetTurn turn)
    {
        account = turn.Account;
        turns.Enqueue(turn);
        if (!isTelling)
        {
            isTelling = true;
            telling = background.Start(TellAsync);
        }
    }

    private async Task TellAsync()
    {
        while (turns.TryDequeue(out var turn))
        {
            foreach (var alert in turn.Alerts)
            {
                await context.CallActivityAsync(nameof(BudgetActivities.RecordBudgetAlert), alert, Activities.Retried);
            }

            if (account.HasWork)
            {
                // What is granted goes on, so it needs the run's slot.
                await slot.HoldAsync();
            }

            if (account.GoesOn)
            {
                await pause.EndAsync();
            }

            Deliver(turn);
            if (turn.Ask is { } ask)
            {
                await AskAboveAsync(ask);
            }

            if (turns.Count == 0 && account.Stall is { } shortage && !pause.IsOn)
            {
                await StallAsync(shortage);
            }
        }

        isTelling = false;
    }

    /// <summary>While the run is paused, the levels above know exactly what it has spent, and nothing is kept from others.</summary>
    private async Task StallAsync(BudgetShortage shortage)
    {
        Take(BudgetRules.GiveBack(Now, paused: shortage));
        await pause.BeginAsync(shortage, account.Waiters);
        await slot.LeaveAsync();
    }

    private void Deliver(BudgetTurn turn)
    {
        foreach (var answer in turn.Answers)
        {
            if (!own.TryGetValue(answer.HolderId, out var granted))
            {
                context.SendEvent(answer.ReplyTo ?? answer.HolderId, RunEvents.BudgetAnswered, answer);
            }
            else if (answer.Shortage is null)
            {
                granted.TrySetResult(answer.Held);
            }
        }

        foreach (var holder in turn.Recalls.Where(holder => !own.ContainsKey(holder)))
        {
            context.SendEvent(holder, RunEvents.BudgetRecalled, payload: true);
        }
    }

    private async Task AskAboveAsync(BudgetAsk ask)
    {
        if (supervisor is not null)
        {
            context.SendEvent(supervisor, RunEvents.BudgetAsked, ask);
        }
        else if (await context.Entities.CallEntityAsync<BudgetAnswer?>(BudgetEntity.For(run.ThreadId), BudgetEntity.Ask, ask) is { } answer)
        {
            Answered(answer);
        }
    }
}
