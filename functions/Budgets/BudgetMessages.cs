using System.Globalization;
using System.Text.Json.Nodes;

namespace AgentFunctions.Budgets;

/// <summary>A holder tells what it has spent and what it keeps, and asks for more. It says all of it anew, so that the latest ask is the truth.</summary>
/// <param name="HolderId">The holder.</param>
/// <param name="Sequence">From 1; an answer to an older ask counts no more.</param>
/// <param name="RunId">The root run on whose behalf it asks.</param>
/// <param name="Spent">What it has spent in all.</param>
/// <param name="Keeps">What it keeps of what it holds; the rest goes back.</param>
/// <param name="Need">The least of use beside that; nothing where it only gives back.</param>
/// <param name="Want">What would save further asks.</param>
/// <param name="IsTentative">Whether it goes on anyway, and does not wait.</param>
/// <param name="IsClosing">Whether it keeps nothing and is to be forgotten; what it spends after that is told as of a new holder.</param>
/// <param name="StepId">The step that waits.</param>
/// <param name="StateHash">Content hash of the state in which it waits.</param>
public sealed record BudgetAsk(
    string HolderId,
    int Sequence,
    string RunId,
    Amounts Spent,
    Amounts Keeps,
    Amounts Need,
    Amounts Want,
    bool IsTentative = false,
    bool IsClosing = false,
    string? StepId = null,
    string? StateHash = null)
{
    /// <summary>Instance id to which the answer goes; <see langword="null"/> where that is the holder's id.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>What would be of use at once, such as for a call that is not shortened; got as far as there is any.</summary>
    public Amounts Use { get; init; } = Amounts.None;

    /// <summary>Whether the holder waits for something else than budget, such as a human.</summary>
    public bool IsResting { get; init; }

    /// <summary>The limit below this one for which all of the holder's work is paused.</summary>
    public BudgetShortage? Paused { get; init; }

    /// <summary>Whether it asks for nothing.</summary>
    public bool OnlyGivesBack => Need == Amounts.None && Want == Amounts.None;
}

/// <summary>The answer to a <see cref="BudgetAsk"/>. A refusal that is not of a tentative ask is followed by a grant once there is budget.</summary>
/// <param name="HolderId">The holder.</param>
/// <param name="Sequence">The ask's.</param>
/// <param name="Held">What it holds now.</param>
/// <param name="Left">What all levels together have left for it, its hold included.</param>
/// <param name="Shortage">Why it got nothing; <see langword="null"/> where it got at least what it needs.</param>
public sealed record BudgetAnswer(string HolderId, int Sequence, Amounts Held, BudgetLimits Left, BudgetShortage? Shortage = null)
{
    /// <summary>Instance id to which it goes; <see langword="null"/> where that is the holder's id.</summary>
    public string? ReplyTo { get; init; }
}

/// <summary>The part of a supervisor's own hold with which a loop or a child run begins.</summary>
/// <param name="Held">What it holds.</param>
/// <param name="Left">What all levels together have left for it.</param>
/// <param name="From">Instance id of the supervisor, which is asked for more.</param>
public sealed record BudgetSlice(Amounts Held, BudgetLimits Left, string From = "");

/// <summary>The true total of a tree of runs that has ended, from its journal; corrects what a terminated holder could not tell.</summary>
/// <param name="RootRunId">The root.</param>
/// <param name="Spent">What all its runs have used; seconds where they are known.</param>
/// <param name="At">UTC.</param>
/// <param name="IsLate">Whether it only corrects a settlement, by calls that were on their way when the run was ended.</param>
public sealed record BudgetSettlement(string RootRunId, Amounts Spent, DateTime At, bool IsLate = false)
{
    /// <summary>Whether the tree has ended. Otherwise it was rolled back and goes on.</summary>
    public bool IsFinal { get; init; } = true;

    /// <summary>Instance ids of the orchestrations that were ended where the tree goes on.</summary>
    public IReadOnlyList<string> Holders { get; init; } = [];
}

/// <summary>How a budget begins.</summary>
/// <param name="Limits">Its first limits; later ones are set by a <see cref="BudgetChange"/>.</param>
/// <param name="AlertAt">Share of a limit at which the alert is raised.</param>
/// <param name="Department">The department that it counts against.</param>
public sealed record BudgetOpening(BudgetLimits Limits, decimal AlertAt, string? Department);

/// <summary>New limits of a department, a thread or a run.</summary>
/// <param name="Scope">Whose.</param>
/// <param name="Id">The department, thread or run.</param>
/// <param name="Limits">The new limits, all of them; may be lower than what is spent.</param>
/// <param name="By">Who changes them.</param>
/// <param name="Reason">Why.</param>
/// <param name="AlertAt">Another share at which the alert is raised.</param>
public sealed record BudgetChange(
    BudgetScope Scope, string Id, BudgetLimits Limits, string By, string Reason, decimal? AlertAt = null);

/// <summary>A share of a limit is spent.</summary>
/// <param name="Scope">The level.</param>
/// <param name="Id">The department, thread or run.</param>
/// <param name="RunId">The run that put it on record: whose spending reached it, or its root.</param>
/// <param name="Kind">What is spent.</param>
/// <param name="Limit">The limit, in the kind's unit.</param>
/// <param name="Spent">What is spent of it.</param>
public sealed record BudgetAlert(BudgetScope Scope, string Id, string RunId, BudgetKind Kind, decimal Limit, decimal Spent)
{
    /// <summary>The same for every attempt to raise the alert of this limit.</summary>
    public string AlertId => Identifiers.Derive(
        "budget-alert", $"{Scope}", Id, $"{Kind}", Limit.ToString("0.############################", CultureInfo.InvariantCulture));

    /// <summary>The alert as an event's data.</summary>
    public JsonObject ToData() => new()
    {
        ["level"] = Words.Of(Scope),
        ["of"] = Id,
        ["limit"] = Words.Of(Kind),
        ["limitValue"] = Limit,
        ["spent"] = Spent,
    };
}

/// <summary>What an account has to tell after it has taken a message.</summary>
/// <param name="Account">The account as it is now.</param>
/// <param name="Answers">Answers to holders.</param>
/// <param name="Ask">What to ask of the level above.</param>
/// <param name="Alerts">Alerts that are due.</param>
/// <param name="Recalls">Holders that are to give back what they do not need at once, because a limit was lowered below what is held.</param>
public sealed record BudgetTurn(
    BudgetAccount Account,
    IReadOnlyList<BudgetAnswer> Answers,
    BudgetAsk? Ask,
    IReadOnlyList<BudgetAlert> Alerts,
    IReadOnlyList<string> Recalls)
{
    /// <summary>Nothing to tell.</summary>
    /// <param name="account">The account.</param>
    public static BudgetTurn Of(BudgetAccount account) => new(account, [], Ask: null, [], []);
}
