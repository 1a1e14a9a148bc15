using AgentFunctions;
using LegalAudit.Reviews;
using LegalAudit.Tools;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LegalAudit;

/// <summary>
/// The legal audit: a supervisor that has every uploaded contract reviewed for its termination clause and for LGPD,
/// and joins the reviews into a report. <c>LegalAudit:Register</c> names the register of reviews;
/// the default is <c>register.jsonl</c> in the <c>DataDirectory</c>.
/// </summary>
public sealed class LegalAuditPack : IPack
{
    /// <inheritdoc/>
    public void Configure(PackBuilder pack)
    {
        pack.Services.AddSingleton(services => new ReviewRegister(RegisterPath(services.GetRequiredService<IConfiguration>())));
        pack.AddTools<DocumentTools>()
            .AddTools<ReviewTools>()
            .AddTools<ReportTools>()
            .AddDefinitions("packs/legal-audit");
    }

    private static string RegisterPath(IConfiguration configuration) => configuration["LegalAudit:Register"] is { Length: > 0 } register
        ? register
        : Path.Combine(configuration["DataDirectory"] is { Length: > 0 } folder ? folder : ".agentfunctions", "register.jsonl");
}
