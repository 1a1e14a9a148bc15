using System.Text;
using AgentFunctions.Webhooks;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Tests.Webhooks;

public class WebhookSettingsTests
{
    private const string Secret = "a secret that is long enough";

    [Fact]
    public void The_signature_is_that_of_Standard_Webhooks()
    {
        // The example of the specification's reference libraries.
        var signature = WebhookSignature.Sign(
            Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            Encoding.UTF8.GetBytes("""{"test": 2432232314}"""));

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    [Theory]
    [InlineData("Url", "http://hooks.example.com/")]
    [InlineData("Url", "hooks.example.com")]
    [InlineData("Url", "ftp://hooks.example.com/")]
    [InlineData("Url", "https://user:pass@hooks.example.com/")]
    [InlineData("Url", "")]
    [InlineData("Secret", "too short")]
    [InlineData("Secret", "whsec_*** not base64 ***")]
    [InlineData("AllowPrivateNetwork", "maybe")]
    public void A_wrong_setting_is_refused_by_its_name_and_never_shows_its_value(string setting, string value)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Read((setting, value)));

        Assert.Contains($"Webhooks:Targets:ops:{setting}", refused.Message, StringComparison.Ordinal);
        Assert.True(value.Length == 0 || !refused.ToString().Contains(value, StringComparison.Ordinal));
    }

    [Fact]
    public void A_target_shows_neither_its_URL_nor_its_secret()
    {
        var target = Read().Targets["ops"];

        Assert.Equal("ops", $"{target}");
        Assert.Equal("WebhookSettings { Targets = ", $"{Read()}"[..28]);
        Assert.DoesNotContain("secret", $"{Read()}", StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_waits_double_up_to_an_hour_and_follow_a_target_that_asks_for_more()
    {
        var settings = Read();

        Assert.Equal([5, 10, 20, 40], Enumerable.Range(1, 4).Select(attempt => settings.WaitAfter(attempt, asked: null)!.Value.TotalSeconds));
        Assert.Equal(TimeSpan.FromHours(1), settings.WaitAfter(19, asked: null));
        Assert.Equal(TimeSpan.FromSeconds(90), settings.WaitAfter(1, TimeSpan.FromSeconds(90)));
        Assert.Equal(TimeSpan.FromHours(1), settings.WaitAfter(1, TimeSpan.FromDays(30)));
        Assert.Equal(TimeSpan.FromSeconds(5), settings.WaitAfter(1, TimeSpan.FromSeconds(-90)));
        Assert.Null(settings.WaitAfter(20, asked: null));
    }

    [Theory]
    [InlineData("", "anything", true)]
    [InlineData("approval.requested, budget.alert", "budget.alert", true)]
    [InlineData("approval.requested, budget.alert", "approval.reminder", false)]
    [InlineData("approval.*", "approval.reminder", true)]
    [InlineData("approval.*", "approvals", false)]
    public void A_target_is_told_of_the_types_that_it_wants(string events, string type, bool wants) =>
        Assert.Equal(wants, Read(("Events", events)).Targets["ops"].Wants(type));

    private static WebhookSettings Read(params (string Name, string Value)[] changes)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Webhooks:Targets:ops:Url"] = "https://hooks.example.com/in",
            ["Webhooks:Targets:ops:Secret"] = Secret,
        };
        foreach (var (name, value) in changes)
        {
            values[$"Webhooks:Targets:ops:{name}"] = value;
        }

        return WebhookSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }
}
