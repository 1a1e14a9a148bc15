using System.Text.Json;
using AgentFunctions.Approvals;
using AgentFunctions.Storage;
using AgentFunctions.Tests.Runs;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Tests.Approvals;

/// <summary>Terms: written as YAML or JSON, checked, put together, and completed by the app's settings.</summary>
public class ApprovalTermsTests
{
    [Theory]
    [InlineData("PT30M", 1_800)]
    [InlineData("P2D", 172_800)]
    [InlineData("PT1.5S", 1.5)]
    [InlineData("P1DT2H3M4S", 93_784)]
    public void Durations_are_those_of_ISO_8601(string text, double seconds)
    {
        Assert.Equal(seconds, IsoDuration.Parse(text)!.Value.TotalSeconds);
        Assert.Equal(TimeSpan.FromSeconds(seconds), IsoDuration.Parse(IsoDuration.Write(TimeSpan.FromSeconds(seconds))));
    }

    [Theory]
    [InlineData("P1M")]
    [InlineData("P1Y")]
    [InlineData("01:00:00")]
    [InlineData("PT")]
    [InlineData("")]
    [InlineData("P99999999999D")]
    public void What_is_no_duration_or_has_no_fixed_length_is_none(string text) => Assert.Null(IsoDuration.Parse(text));

    [Theory]
    [InlineData("""{"approvers": 0}""", "approvers")]
    [InlineData("""{"approvers": 11}""", "approvers")]
    [InlineData("""{"allow": []}""", "allow")]
    [InlineData("""{"allow": ["accept", "accept"]}""", "allow")]
    [InlineData("""{"groups": null}""", "groups")]
    [InlineData("""{"groups": [""]}""", "groups")]
    [InlineData("""{"expiresAfter": "PT0S"}""", "expiresAfter")]
    [InlineData("""{"remindAfter": "-PT1S"}""", "remindAfter")]
    [InlineData("""{"escalateAfter": "PT1H"}""", "escalateTo")]
    [InlineData("""{"onExpiry": "edit"}""", "onExpiry")]
    [InlineData("""{"onExpiry": "accept", "approvers": 2}""", "onExpiry")]
    public void A_wrong_field_is_named(string json, string field) =>
        Assert.Equal(field, JsonSerializer.Deserialize<ApprovalTerms>(json, AgentJson.Options)!.Problems().Single().Field);

    [Fact]
    public void Terms_of_two_rules_add_up_to_the_stricter_ones()
    {
        var policy = new ApprovalTerms { Groups = ["finance"], Approvers = 2, ExpiresAfter = TimeSpan.FromHours(8) };
        var author = new ApprovalTerms
        {
            Groups = ["anyone"],
            Allow = [ApprovalAnswerType.Accept, ApprovalAnswerType.Ignore],
            ExpiresAfter = TimeSpan.FromHours(1),
            OnExpiry = ApprovalAnswerType.Accept,
        };

        var both = policy.And(author);

        Assert.Equal(["finance"], both.Groups);
        Assert.Equal((2, TimeSpan.FromHours(1)), (both.Approvers, both.ExpiresAfter));
        Assert.Equal(new ApprovalConfig(AllowAccept: true, AllowEdit: false, AllowRespond: false, AllowIgnore: true), both.Config);
        Assert.Equal(ApprovalAnswerType.Ignore, author.And(new ApprovalTerms { OnExpiry = ApprovalAnswerType.Response }).OnExpiry);
    }

    [Fact]
    public void The_settings_complete_what_terms_leave_open()
    {
        var settings = Read(("ExpiresAfter", "P2D"), ("OnExpiry", "accept"), ("Groups", "legal, finance"), ("RemindAfter", "PT4H"));

        var completed = settings.Complete(new ApprovalTerms { ExpiresAfter = TimeSpan.FromHours(1) });

        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromHours(4), ApprovalAnswerType.Accept), (completed.ExpiresAfter, completed.RemindAfter, completed.OnExpiry));
        Assert.Equal(["legal", "finance"], completed.Groups);
        Assert.Equal(ApprovalAnswerType.Ignore, settings.Complete(new ApprovalTerms { Approvers = 2 }).OnExpiry);
        Assert.Equal(ApprovalAnswerType.Ignore, Read().Complete(new ApprovalTerms()).OnExpiry);
    }

    [Theory]
    [InlineData("ExpiresAfter", "two days", "ExpiresAfter")]
    [InlineData("OnExpiry", "edit", "OnExpiry")]
    [InlineData("Approvers", "many", "Approvers")]
    [InlineData("EscalateAfter", "PT1H", "EscalateTo")]
    public void A_wrong_setting_is_refused_by_its_name(string name, string value, string wrong) => Assert.Contains(
        $"Approvals:{wrong}", Assert.Throws<InvalidOperationException>(() => Read((name, value))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("approvals: {tools: {teleport: true}}", "approvals.tools.teleport")]
    [InlineData("approvals: {tools: {write: false}}", "approvals.tools.write")]
    [InlineData("approvals: {plan: {expiresAfter: tomorrow}}", "approvals.plan.expiresAfter")]
    [InlineData("approvals: {result: {approvers: 0}}", "approvals.result.approvers")]
    [InlineData("approvals: {result: {approver: 2}}", "approvals.result.approver")]
    [InlineData("approvals: {steps: true}", "approvals.steps")]
    public async Task A_wrong_field_of_an_agents_definition_is_named(string approvals, string field)
    {
        await using var app = await RuntimeApp.StartAsync(new TestPack().Speaker("clerk"));

        using var content = new StringContent(
            $"name: other\nmodel: scripted\ninstructions: x\ntools: [write]\n{approvals}\n", System.Text.Encoding.UTF8, "application/yaml");
        var (status, problem) = await app.SendAsync(HttpMethod.Post, "agents", content);

        Assert.Equal((System.Net.HttpStatusCode.BadRequest, field), (status, problem.Field()));
    }

    private static ApprovalSettings Read(params (string Name, string Value)[] values) => ApprovalSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(each => KeyValuePair.Create($"Approvals:{each.Name}", (string?)each.Value)))
        .Build());
}
