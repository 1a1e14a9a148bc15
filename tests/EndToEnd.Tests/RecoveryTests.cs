using System.Text.Json;

namespace EndToEnd.Tests;

/// <summary>How many documents come through when a legal query fails again and again, without anybody's help.</summary>
public sealed class RecoveryTests(ITestOutputHelper log)
{
    private const int Documents = 100;
    private const int LeastRecovered = 94;
    private const decimal MostUsdPerDocument = 0.02m;

    [Theory]
    [InlineData(1)]
    [InlineData(42)]
    public async Task With_thirty_percent_of_legal_queries_failing_94_of_100_documents_recover_under_the_cap_of_cost(int seed)
    {
        using var folder = new TempFolder();

        var audit = (await AuditProcess.RunAsync(
            "--json",
            "--data", folder.Path,
            "--zip", Contracts.Many(Documents, folder),
            "--budget", (Documents * MostUsdPerDocument).ToString(System.Globalization.CultureInfo.InvariantCulture),
            "--fail-tool", "check_lgpd:0.3",
            "--seed", seed.ToString(System.Globalization.CultureInfo.InvariantCulture))).Expect(exitCode: 0);

        var report = JsonElement.Parse(await File.ReadAllTextAsync(audit.Text("reportPath"), TestContext.Current.CancellationToken));
        var reviewed = report.GetProperty("totals").GetProperty("reviewed").GetInt32();
        var perDocument = audit.Json.GetProperty("costUsd").GetDecimal() / Documents;
        log.WriteLine($"seed {seed}: {reviewed} of {Documents} reviewed, {audit.Number("replans")} replans, {audit.Number("children")} children, {perDocument} USD per document");
        Assert.Equal(Documents, audit.Number("documents"));
        Assert.True(audit.Number("replans") > 0);
        Assert.InRange(reviewed, LeastRecovered, Documents);
        Assert.InRange(perDocument, 0m, MostUsdPerDocument);
    }
}
