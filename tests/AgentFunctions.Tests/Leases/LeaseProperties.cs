using AgentFunctions.Leases;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Leases;

/// <summary>Random asks, releases, renewals, withdrawals and ends of time on one resource.</summary>
public sealed class LeaseProperties
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(1);

    [Property(MaxTest = 500)]
    public void One_holds_the_lease_in_the_order_of_the_asks_and_under_a_greater_token_each_time(byte[] picks)
    {
        var (state, now, asked) = (new LeaseState(), Noon, 0);
        var given = new List<LeaseGrant>();
        var withdrawn = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pick in picks)
        {
            now += TimeSpan.FromSeconds(pick % 20);
            var before = state;
            var token = state.Holder?.Token ?? 0;
            LeaseTurn turn;
            switch (pick / 20 % 6)
            {
                case 0 or 1:
                    turn = LeaseRules.Acquire(state, Ask(asked++), now);
                    break;
                case 2:
                    turn = LeaseRules.Release(state, pick % 2 == 0 ? token : token - 1, now);
                    Assert.True(pick % 2 == 0 || turn.State == before);
                    break;
                case 3:
                    turn = LeaseRules.Expire(state, token, now);
                    Assert.True(before.Holder is null || before.Holder.ExpiresAt <= now || turn.State == before);
                    break;
                case 4:
                    turn = LeaseRules.Renew(state, new LeaseRenewal(token, Lasts), now);
                    Assert.Equal(before.Holder is { } held && held.ExpiresAt > now, turn.Answer is not null);
                    break;
                default:
                    var ask = Ask(asked == 0 ? 0 : pick % asked);
                    turn = LeaseRules.Withdraw(state, ask);
                    withdrawn.Add(ask.AskId);
                    Assert.DoesNotContain(turn.State.Waiting, waiting => waiting.AskId == ask.AskId);
                    break;
            }

            state = turn.State;
            if (state.Holder is { } holder && holder.Token != before.Token && holder.Token > before.Token)
            {
                // Nobody else may hold it any more: it was given back, or its time was up.
                Assert.True(before.Holder is null || before.Holder.ExpiresAt <= now || pick / 20 % 6 == 2);
                Assert.Equal(holder, turn.Timer);
                given.Add(holder);
            }

            Assert.True(state.Holder is not null || state.Waiting.Count == 0, "A resource that is free keeps nobody waiting.");
        }

        Assert.Equal(given.Select((_, index) => index + 1L), given.Select(grant => grant.Token));
        Assert.Equal(given.Select(grant => Number(grant.AskId)).Order(), given.Select(grant => Number(grant.AskId)));
        Assert.Equal(asked, given.Count + state.Waiting.Count + withdrawn.Count(id => Number(id) < asked && given.TrueForAll(grant => grant.AskId != id)));
    }

    [Fact]
    public void The_same_ask_again_has_the_same_answer()
    {
        var first = LeaseRules.Acquire(new LeaseState(), Ask(1), Noon);
        var waiting = LeaseRules.Acquire(first.State, Ask(2), Noon);

        Assert.Equal(first.Answer, LeaseRules.Acquire(first.State, Ask(1), Noon).Answer);
        Assert.Single(LeaseRules.Acquire(waiting.State, Ask(2), Noon).State.Waiting);
    }

    [Fact]
    public void Who_is_given_the_lease_while_taking_the_ask_back_has_it()
    {
        var first = LeaseRules.Acquire(new LeaseState(), Ask(1), Noon);
        var released = LeaseRules.Release(LeaseRules.Acquire(first.State, Ask(2), Noon).State, 1, Noon);

        Assert.Equal(2, LeaseRules.Withdraw(released.State, Ask(2)).Answer!.Token);
    }

    private static int Number(string askId) => int.Parse(askId, System.Globalization.CultureInfo.InvariantCulture);

    private static LeaseAsk Ask(int number) => new($"{number}", $"run-{number}", $"run-{number}", Lasts);
}
