using LogisticsStorm.Driver.Hosting;

namespace LogisticsStorm.Tests.Following;

public sealed class CallCountTests
{
    [Fact]
    public void The_greatest_number_at_the_same_time_is_kept_in_the_file()
    {
        using var folder = new TempFolder();
        var count = new CallCount(folder.File("calls.txt"));
        Assert.Equal(0, CallCount.ReadPeak(folder.File("calls.txt")));
        count.Begin();
        count.Begin();
        count.End();
        count.Begin();
        count.End();
        count.End();
        Assert.Equal(2, CallCount.ReadPeak(folder.File("calls.txt")));
    }
}
