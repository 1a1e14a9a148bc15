using LegalAudit.Termination;

namespace LegalAudit.Tests.Termination;

/// <summary>A right to leave without cause next to a statement that takes one away.</summary>
public class BanTests
{
    private const string Pt = "Qualquer das partes poderá rescindir este contrato, sem motivo, com aviso prévio de 60 dias.";
    private const string En = "Either party may terminate this Agreement without cause on 60 days' notice.";

    [Theory]
    [InlineData("pt", Pt, "O presente contrato é celebrado em caráter irrevogável e irretratável.")]
    [InlineData("pt", Pt, "Sob nenhuma circunstância poderá o ajuste ser denunciado antes do seu termo.")]
    [InlineData("pt", Pt, "As partes renunciam à faculdade de resilir o contrato antecipadamente.")]
    [InlineData("pt", Pt, "Não se admite o encerramento imotivado da relação contratual.")]
    [InlineData("pt", Pt, "Ninguém poderá, até por conveniência própria, desfazer o negócio ora firmado.")]
    [InlineData("pt", Pt, "O contrato não poderá ser rescindido por nenhuma das partes, salvo por inadimplemento da outra.")]
    [InlineData("pt", "A Locatária pode encerrar a locação quando quiser, avisando com 30 dias de antecedência.", "É vedado à Locatária encerrar a locação antes do termo final.")]
    [InlineData("pt", Pt, "Nenhuma das partes terá o direito de deixar o contrato antes do fim do prazo.")]
    [InlineData("en", En, "This Agreement is non-cancellable.")]
    [InlineData("en", En, "Under no circumstances shall this contract be cancelled before its expiry date.")]
    [InlineData("en", En, "The parties waive any right to terminate this Agreement for convenience.")]
    [InlineData("en", En, "No party has a right to withdraw from this Agreement before it expires.")]
    [InlineData("en", En, "Early termination of this Agreement is not permitted.")]
    [InlineData("en", En, "Save for material breach, neither party can bring this contract to an end.")]
    [InlineData("en", "The Tenant may end the lease at any time on one month's notice.", "The Tenant is not entitled to end the lease during its term.")]
    public void A_ban_contradicts_a_right(string language, string right, string ban)
    {
        var finding = TerminationAnalyzer.Analyze(Sample.In(language, $"1. {right}\n\n2. {ban}"));
        Assert.Equal((true, null, true), (finding.Present, finding.NoticeDays, finding.Contradictory));
        Assert.Contains(finding.Evidence, e => e.Quote.EndsWith(ban, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pt", 60, Pt, "Nenhuma das partes poderá rescindir este contrato durante os primeiros doze meses.")]
    [InlineData("pt", 60, Pt, "O contrato não poderá ser rescindido sem a devolução dos equipamentos.")]
    [InlineData("pt", 60, Pt, "Nenhuma das partes poderá rescindir o contrato, salvo mediante o aviso prévio acima.")]
    [InlineData("pt", 60, Pt, "A Contratada não poderá encerrar os contratos de trabalho de seus empregados sem causa.")]
    [InlineData("pt", 60, Pt, "A CONTRATADA não poderá usar a marca após a rescisão do contrato.")]
    [InlineData("pt", 60, Pt, "A tolerância de uma parte não implica renúncia a direito algum.")]
    [InlineData("pt", 30, "A Locatária pode encerrar a locação quando quiser, avisando com 30 dias de antecedência.", "É vedado ao Locador encerrar a locação antes do termo final.")]
    [InlineData("en", 60, En, "Neither party may terminate this Agreement during the first twelve months.")]
    [InlineData("en", 60, En, "This Agreement may not be terminated by e-mail or without the notice stated above.")]
    [InlineData("en", 60, En, "The Supplier may not use the marks after this Agreement is terminated.")]
    [InlineData("en", 60, En, "Termination of this Agreement shall not affect accrued rights.")]
    [InlineData("pt", 60, Pt, "Nenhuma das partes poderá divulgar os termos do contrato depois de encerrado.")]
    [InlineData("en", 60, En, "The licence of background materials is irrevocable.")]
    [InlineData("en", 60, En, "No waiver of a breach is a waiver of any other.")]
    [InlineData("en", 30, "The Tenant may end the lease at any time on one month's notice.", "The Landlord may not end the lease before its term is over.")]
    public void What_bans_something_else_contradicts_nothing(string language, int days, string right, string other)
    {
        var finding = TerminationAnalyzer.Analyze(Sample.In(language, $"1. {right}\n\n2. {other}"));
        Assert.Equal((true, days, false), (finding.Present, finding.NoticeDays, finding.Contradictory));
    }

    [Theory]
    [InlineData("pt", "Nenhum dos lados pode sair antes do fim do ano.", "Se a obra parar por mais de um mês, o cliente pode desfazer o negócio, avisando por escrito com dez dias.")]
    [InlineData("pt", "O contrato não poderá ser rescindido antes do seu termo.", "Ocorrendo interdição do prédio, o Locatário poderá rescindir a locação com aviso de 15 dias.")]
    [InlineData("en", "Neither side can leave before the year is over.", "If the roof leaks for a whole month, the tenant may end the lease by writing to the owner ten days before.")]
    [InlineData("en", "This Agreement may not be terminated before its expiry.", "Should the building be closed by the authorities, the Tenant may terminate the lease on 15 days' notice.")]
    public void A_right_that_needs_something_to_happen_first_is_one_for_cause_and_no_ban_contradicts_it(string language, string ban, string right)
    {
        var finding = TerminationAnalyzer.Analyze(Sample.In(language, $"1. {ban}\n\n2. {right}"));
        Assert.Equal((true, null, false), (finding.Present, finding.NoticeDays, finding.Contradictory));
    }
}
