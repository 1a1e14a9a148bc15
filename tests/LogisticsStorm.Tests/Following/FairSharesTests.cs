using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using LogisticsStorm.Driver.Totals;

namespace LogisticsStorm.Tests.Following;

public sealed class FairSharesTests
{
    [Fact]
    public void A_light_tenant_is_through_long_before_the_heavy_ones_by_its_weight()
    {
        // 4 slots, weights 2:1:1. The third gets one slot and is through at 10; then the others have 8/3 and 4/3 slots.
        var ideal = FairShares.Ideal([(2, 100), (1, 30), (1, 10)], slots: 4);
        Assert.Equal([35, 25, 10], ideal.Select(seconds => Math.Round(seconds, 6)));
    }

    [Property]
    public Property The_slots_are_never_idle_and_nobody_ends_later_than_with_the_slots_of_its_weight_alone() => Prop.ForAll(
        (from weight in Gen.Choose(1, 4) from work in Gen.Choose(1, 500) select (weight, (double)work)).NonEmptyListOf().ToArbitrary(),
        tenants =>
        {
            var ideal = FairShares.Ideal([.. tenants], slots: 3);
            var weights = tenants.Sum(tenant => tenant.weight);
            return Math.Abs(ideal.Max() - (tenants.Sum(tenant => tenant.Item2) / 3)) < 1e-6
                && tenants.Zip(ideal).All(pair => pair.Second <= (pair.First.Item2 * weights / (3d * pair.First.weight)) + 1e-6);
        });
}
