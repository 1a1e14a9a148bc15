using LegalAudit.Lgpd;

namespace LegalAudit.Tests.Lgpd;

/// <summary>What a contract says a word means binds nobody; what it says somebody is or does, may.</summary>
public class DefinitionsTests
{
    [Theory]
    [InlineData("pt", "\"Base Legal\" é o fundamento do art. 7º da LGPD que autoriza o tratamento de dados pessoais.")]
    [InlineData("pt", "1.4. \"Incidente\": vazamento de dados pessoais que deva ser comunicado à outra parte.")]
    [InlineData("pt", "“Encarregado” – pessoa indicada para atuar como canal com os titulares e a ANPD.")]
    [InlineData("pt", "\"Suboperadores\" são os terceiros que a Operadora contrata, com autorização, para tratar dados pessoais.")]
    [InlineData("pt", "Para este contrato adotam-se as seguintes definições:\na) encarregado: pessoa indicada para receber pedidos dos titulares;\nb) eliminação: exclusão de dados pessoais após o término do contrato.")]
    [InlineData("pt", "Transferência internacional é a operação pela qual dados pessoais são enviados a outro país.")]
    [InlineData("en", "\"Sub-processor\": any third party engaged by the Processor with the Controller's consent.")]
    [InlineData("en", "\"Security Measures\" are the technical and organisational measures that protect personal data.")]
    [InlineData("en", "2.1 \"Data Protection Officer\" is the person appointed to receive requests from data subjects.")]
    public void A_definition_covers_nothing(string language, string text)
    {
        var covered = LgpdAnalyzer.Analyze(Sample.In(language, text)).Items.Where(i => i.Value.Present).Select(i => i.Key);
        Assert.Empty(covered);
    }

    [Theory]
    [InlineData("pt", "dpo", "O Encarregado é a pessoa indicada no Anexo II, Sra. Marta Lins.")]
    [InlineData("pt", "dpo", "Encarregado: a Contratada nomeia o Sr. Paulo Nunes como encarregado pelo tratamento de dados pessoais.")]
    [InlineData("pt", "liability", "A \"Operadora\" é a responsável pelos danos que o tratamento irregular de dados pessoais causar.")]
    [InlineData("en", "dpo", "The Data Protection Officer is Ms Ana Reis.")]
    [InlineData("en", "securityMeasures", "The \"Processor\" shall protect personal data by appropriate technical means.")]
    public void A_statement_about_a_defined_term_still_counts(string language, string item, string text)
    {
        Assert.True(LgpdAnalyzer.Analyze(Sample.In(language, text)).Items[item].Present, text);
    }
}
