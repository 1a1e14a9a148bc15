using LegalAudit.Termination;

namespace LegalAudit.Tests.Termination;

/// <summary>Termination in words of every day, as small firms write their contracts.</summary>
public class PlainWordsTests
{
    [Theory]
    [InlineData("pt", 30, "O acordo acaba trinta dias depois que um dos lados escrever ao outro dizendo que não quer mais continuar.")]
    [InlineData("pt", 60, "Cada um pode parar quando quiser, contanto que diga isso ao outro com dois meses de folga.")]
    [InlineData("pt", 15, "A cliente pode largar o serviço por qualquer razão ou por nenhuma; basta mandar mensagem quinze dias antes.")]
    [InlineData("pt", 45, "Se um dos sócios do projeto decidir ir embora, manda uma carta e continua obrigado pelos quarenta e cinco dias seguintes.")]
    [InlineData("pt", 90, "Para sair do contrato não é preciso dar explicações: a parte avisa por escrito e, noventa dias depois, tudo se encerra.")]
    [InlineData("pt", 20, "O inquilino que quiser entregar as chaves antes da hora avisa o dono vinte dias antes.")]
    [InlineData("pt", 30, "Este combinado fica sem efeito um mês depois de qualquer das partes comunicar à outra que desiste dele.")]
    [InlineData("en", 30, "The deal is over thirty days after one side writes to the other to say it has had enough.")]
    [InlineData("en", 60, "Each of us may stop whenever it suits, so long as the other hears of it two months ahead.")]
    [InlineData("en", 15, "The client can drop the service for any reason or none; a message fifteen days beforehand is all it takes.")]
    [InlineData("en", 45, "If either of the partners decides to leave, it sends a letter and stays bound for the forty-five days that follow.")]
    [InlineData("en", 90, "No explanation is needed to get out of this contract: the party tells the other in writing and ninety days later all ends.")]
    [InlineData("en", 20, "A tenant who wants to hand back the keys early lets the owner know twenty days before.")]
    [InlineData("en", 28, "This arrangement falls away four weeks after either party tells the other that it is giving it up.")]
    public void The_notice_is_found_without_any_legal_term(string language, int days, string text)
    {
        var finding = TerminationAnalyzer.Analyze(Sample.In(language, text));
        Assert.Equal((true, days, false), (finding.Present, finding.NoticeDays, finding.Contradictory));
    }

    [Theory]
    [InlineData("pt", "Se a oficina faltar ao combinado duas vezes, o cliente pode desfazer o negócio na hora.")]
    [InlineData("pt", "Quem deixar de pagar três parcelas perde o contrato, que o outro pode dar por encerrado.")]
    [InlineData("pt", "Ocorrendo falha grave de um lado, o outro fica livre para romper o acordo.")]
    [InlineData("en", "If the workshop lets the client down twice, the client can call the deal off on the spot.")]
    [InlineData("en", "Whoever misses three payments may find the contract ended by the other.")]
    [InlineData("en", "Should one side seriously fail in its duties, the other is free to break off the agreement.")]
    public void A_right_to_leave_for_cause_is_found_without_any_legal_term(string language, string text)
    {
        var finding = TerminationAnalyzer.Analyze(Sample.In(language, text));
        Assert.Equal((true, null, false), (finding.Present, finding.NoticeDays, finding.Contradictory));
    }

    [Theory]
    [InlineData("pt", "O acordo dura um ano e, passado esse tempo, acaba sozinho, sem que ninguém precise avisar.")]
    [InlineData("pt", "Nenhum dos dois pode largar o serviço antes do fim do ano.")]
    [InlineData("pt", "Os dois lados ficam presos ao combinado até o último dia, haja o que houver.")]
    [InlineData("pt", "A loja pode mudar os preços, avisando o cliente trinta dias antes.")]
    [InlineData("pt", "O fornecedor pode parar a máquina para manutenção, avisando com dois dias de antecedência.")]
    [InlineData("pt", "Terminada a obra, o dono tem trinta dias para comunicar defeitos.")]
    [InlineData("en", "The deal lasts a year and then simply runs out; nobody has to say anything.")]
    [InlineData("en", "Neither of the two can drop out before the year is over.")]
    [InlineData("en", "Both sides are held to the bargain until its last day, come what may.")]
    [InlineData("en", "The shop may change its prices if it tells the client thirty days before.")]
    [InlineData("en", "The supplier may stop the machine for maintenance on two days' notice.")]
    [InlineData("en", "When the work is finished, the owner has thirty days to report defects.")]
    public void Everyday_ends_that_are_no_right_to_leave_are_none(string language, string text)
    {
        var finding = TerminationAnalyzer.Analyze(Sample.In(language, text));
        Assert.False(finding.Present, text);
    }
}
