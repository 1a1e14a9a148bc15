using LegalAudit.Rules;

namespace LegalAudit.Termination;

internal static class TerminationPortuguese
{
    // Verbs in every form that a statement about nobody's or somebody's right uses, and their nouns.
    private const string Verbs = "rescind*/resilir/resili/resilido/resilida/denunciar/denuncia/denunciado/denunciada/encerrar/encerra/encerrado/encerrada/exting*/extint*/terminar/termina/terminado/terminada/desfaz*/desfeit*/romper/rompe/rompido/rompida/cancelar/cancela/cancelado/cancelada/distratar/distratado/dissolv*/desistir/desiste/resolve/resolver/resolvido/resolvida/findo/interromp*/desligar/retirar/desvincular/sair/abandonar/largar";

    private const string Ends = $"{Verbs}/rescisao/resilicao/encerramento/extincao/termino/rompimento/cancelamento/distrato/desistencia/desfazimento/dissolucao";

    public static TerminationVocabulary Vocabulary { get; } = new()
    {
        Permission = Concept.Of(
            "pode/podem/podera/poderao", "poder se a/ao", "faculta/facultado/facultada", "facultar se a", "faculdade de", "licito/licita", "direito de/a/ao",
            "prerrogativa de", "e dado", "permitido/permitida", "permite/permitira", "assegura/assegurado/assegurada", "autorizado/autorizada/autorizados/autorizadas a",
            "livre/livres para", "reserva/reservam se", "opcao de", "possibilidade de", "cabera", "assiste/assistira",
            "quem quiser/desejar/pretender/optar/decidir/resolver", "quiser/desejar/pretender/optar/decidir/queira/deseje/pretenda/opte/decida/prefira/preferir", "que desejar/quiser/pretender", "bastar*", "basta/bastando", "podendo",
            "tem ..3 direito", "tera/terao ..3 direito", "por vontade/iniciativa/decisao/conveniencia", "a pedido de", "nao ..3 obrigada/obrigado a permanecer/continuar", "e livre", "nao lhe/lhes convier", "se ..3 resolver", "a criterio", "querendo", "livres", "fica livre", "dispensad* de continuar", "se um/uma/algum/alguma/qualquer ..8 decidir/decida/quiser/resolver", "para sair/deixar/encerrar/terminar/parar", "quem ..4 quiser/decidir/preferir", "vier a ..3 desistir/decidir"),
        Tired = Concept.Of(
            "nao ..5 prosseguir/continuar/permanecer/seguir/manter", "nao mais ..4 interess*", "nao ..4 interesse", "nao ..4 interessar", "nao ..4 convier", "perder/perca ..3 interesse", "deixar ..3 interess*/convir"),
        Wish = Concept.Of("quiser*", "queira*", "desej*", "preten*", "decid*", "optar/opte", "prefer*", "resolver sair/deixar/parar/encerrar", "querendo", "interess*"),
        End = Concept.Of(
            "rescindir", "rescindi lo/la", "resilir", "resili lo/la", "denunciar", "denuncia lo/la", "resolver", "resolve lo/la", "encerrar", "encerra lo/la",
            "extinguir", "extingui lo/la", "terminar", "termina lo/la", "dar ..3 por/como findo/finda/encerrado/encerrada/terminado/terminada/rescindido/rescindida/extinto/extinta/resolvido",
            "da lo/la por findo/finda/encerrado/encerrada/terminado/terminada/rescindido/rescindida/extinto/extinta", "por/colocar/dar fim/termo", "desfazer", "desfaze lo/la",
            "romper", "rompe lo/la", "desligar se", "retirar se", "desvincular se", "desistir", "cancelar", "cancela lo/la", "interromper", "liberar se",
            "devolver ..2 imovel", "desocupar ..2 imovel", "deixar ..2 contrato/relacao/parceria/vinculo/ajuste", "sair",
            "rescindido/rescindida", "resilido/resilida", "denunciado/denunciada", "resolvido/resolvida", "encerrado/encerrada", "extinto/extinta", "terminado/terminada",
            "desfeito/desfeita", "rompido/rompida", "cancelado/cancelada", "distratado/distratada", "interrompido/interrompida", "finalizar", "finalizado/finalizada",
            "rescisao", "resilicao", "denuncia", "por .. fim/termo", "desobrigar se", "se desobrigar/retirar/desligar/desvincular/afastar/liberar/despedir", "afastar se", "cessar", "cessara/cessarao", "nao ..2 prosseguir/continuar", "deixar de ..2 contratar", "desfazimento", "finda/findar/findara/findo",
            "pora/porao fim/termo", "ponha/ponham fim/termo", "encerramento", "encerrara/encerrarao", "extinguira", "terminara", "desligamento", "retirada", "saida", "desfazer se", "solta se", "desistencia", "encerre/encerrem", "rescinda", "encerrando se", "cesse", "termino antecipado", "fim antecipado", "dissolver", "dissolvid*", "interrupcao definitiva",
            "parar", "largar", "abandonar", "ir embora", "sair", "acaba/acabar/acabara", "ponto final", "entregar/devolver as/a/o chaves/imovel/sala/espaco/casa/loja/galpao", "fica/ficar/ficara sem efeito", "deixa/deixar/deixara de valer/vigorar", "perde/perder/perdera a validade/forca", "tudo se encerra/acaba", "separar se", "se separar", "desistir", "desiste", "dispensar", "mandar embora", "dar o ..3 por ..2 desfeito/acabado/encerrado",
            "seguir ..3 caminho", "romper", "rompimento", "cair fora", "soltar se", "livrar se", "se livrar", "finaliza*", "por de lado", "nao renovar mais", "dar baixa", "desligar", "cancelamento", "descontratar", "encerra*", "termina*", "desligado", "recuar", "retroceder", "voltar atras", "considerar/reputar/ter/haver/declarar ..4 rescindido/rescindida/resolvido/resolvida/extinto/extinta/encerrado/encerrada/desfeito/desfeita", "rescindi la", "rescindido", "revogar"),
        EndsContract = Concept.Of("rescindir", "rescindi", "resilir", "resili", "resilido/resilida", "rescindido/rescindida", "resilicao", "rescisao", "distratado"),
        DoSo = Concept.Of("faze lo", "assim proceder", "exercer ..3 direito/faculdade/prerrogativa"),
        Ending = Concept.Of(
            "rescisao", "resilicao", "denuncia", "distrato", "encerramento antecipado", "extincao", "termino antecipado", "desligamento", "ruptura", "saida",
            "rescindir", "resilir", "denunciar", "encerrar", "encerramento", "termino", "fim do contrato", "cessacao", "desistencia", "devolucao antecipada", "resolucao ..2 contrato/contratual/ajuste"),
        NominalGrant = Concept.Of(
            "constitui/constituem/constituira/constituirao/sao/e/configura/configuram ..6 motivo/motivos/causa/causas/hipotese/hipoteses/fundamento ..4 rescisao/resilicao/resolucao/extincao",
            "enseja/ensejara/ensejam/autoriza/autorizara/autorizam/faculta/facultara/permite/permitira/acarreta/acarretara ..8 rescisao/resilicao/rescindir/resolucao/extincao/resilir",
            "sob pena de ..2 rescisao", "dara/darao ..3 direito ..4 rescisao", "rescisao/resilicao/denuncia ..4 imotivada/unilateral/antecipada ..6 dependera/depende/exige/exigira/requer/sera/dar/ocorrera/mediante/observara",
            "rescisao/resilicao/denuncia ..4 imotivada/unilateral/antecipada ..8 aviso/antecedencia/notificacao/comunicacao",
            "rescisao/resilicao/denuncia/resolucao/extincao ..4 podera/poderao",
            "rescisao/resilicao/denuncia/desligamento ..8 mediante", "direito ..3 rescisao/resilicao/denuncia", "rescindivel/denunciavel/resilivel/cancelavel ..6 mediante/com/por/pelo/pela/a",
            "rescisao/resilicao/denuncia/desistencia/distrato ..10 dependera/depende/dependerao/exige/exigira/requer/requerera/pressupoe/supoe ..4 notific*/avis*/comunic*/antecedencia/informar*/aviso/preaviso/pre",
            "para denunciar/rescindir/resilir/encerrar/terminar/cancelar/extinguir/romper/desfazer/interromper ..6 contrato/ajuste/acordo/instrumento/vinculo/pacto/relacao/parceria/locacao ..14 notific*/avis*/comunic*/antecedencia/informar*", "parte/contratante que denunciar/rescindir/resilir/encerrar/terminar/cancelar/extinguir/romper/desfazer/interromper ..16 notific*/avis*/comunic*/antecedencia/informar*"),
        EndsOnBreach = Concept.Of(
            "sera/serao/ficara/considera/considerar/reputa/reputar ..4 rescindido/rescindida/resolvido/resolvida/extinto/extinta", "rescindido ..4 pleno direito",
            "rescindir se a", "resolver se a", "rescisao ..4 pleno direito"),
        Contract = Concept.Of(
            "contrato", "contratos", "instrumento", "ajuste", "avenca", "acordo", "relacao", "relacoes", "vinculo", "pacto", "parceria", "locacao", "arrendamento", "contratacao",
            "convenio", "negocio", "comodato", "assinatura", "termo", "prestacao", "presente", "imovel", "aluguel", "fornecimento", "colaboracao", "continuidade", "presente", "obrigacoes reciprocas", "alianca", "restante", "combinado", "trato", "servico/servicos", "projeto", "negocio", "compromisso", "chaves", "tudo", "papel assinado", "obrigac*", "sociedade", "plano", "laco", "uniao", "franquia", "consorcio", "licenca", "mandato", "empreitada", "distribuicao", "representacao", "alianca", "permuta", "cessao"),
        OtherObject = Concept.Of(
            "contrato/contratos/vinculo/relacao de/do/dos trabalho/emprego/seguro/financiamento/mutuo/cambio/estagio", "contrato/contratos ..3 trabalho", "empregaticio/empregaticia", "trabalhista/trabalhistas",
            "contrato/contratos/acordo/ajuste .. com ..2 terceiros/fornecedores/seguradora/banco/clientes/funcionarios/empregados/subcontratados", "contrato/acordo/ajuste/instrumento anterior/anteriores", "subcontrato/subcontratos", "contrato social",
            "contrato/contratos de terceiros", "apolice", "empregado/empregados", "irregularidade/irregularidades", "controversia/controversias", "litigio/litigios",
            "conflito/conflitos", "divergencia/divergencias", "duvidas", "disputa/disputas", "sessao", "chamado/chamados"),
        Negation = Concept.Of("nao", "jamais", "nunca", "tampouco", "nem", "sem que"),
        NegatedSubject = Concept.Of("nenhuma/nenhum", "nem ..3 nem"),
        Denial = Concept.Of(
            "vedado/vedada/vedadas/vedados", "veda se", "proibido/proibida", "nao ..2 admitida/admitido/permitida/permitido/admite/cabe/cabera/havera/facultada/facultado", "inadmissivel", "renuncia/renunciam/renunciando/renunciou",
            "abre/abrem mao", "abdica/abdicam", "irrescindivel", "nao ..3 direito", "sem direito", "sem ..2 possibilidade/faculdade", "nao ..3 possibilidade/faculdade", "nao ..2 licito", "exclui/excluem ..4 direito/possibilidade/faculdade",
            "excluida/excluido ..4 direito/possibilidade/faculdade", $"nenhuma hipotese/circunstancia ..8 {Ends}", "nao comport*", "impossibilidade de", "afasta/afastam ..4 direito/possibilidade/faculdade", "afastada/afastado"),
        Ban = Concept.Of(
            $"nao ..4 pode*/sera* ..5 {Verbs}", $"nao ..4 cabe*/caber*/comport*/admit*/permit*/facult*/assist*/ha/havera/tem/tera/terao/possu*/autoriz*/e ..8 {Ends}", $"nenhum/nenhuma/ninguem/nenhuns ..8 pode* ..4 {Verbs}", $"nenhum/nenhuma/ninguem ..8 direito/faculdade/opcao/possibilidade ..3 {Ends}", "nenhum/nenhuma/ninguem ..12 deixar ..2 contrato/ajuste/acordo/vinculo/parceria", $"nenhuma hipotese/circunstancia/condicao ..8 {Ends}", $"hipotese/circunstancia alguma ..8 {Ends}",
            $"vedad*/veda/proib*/defes*/inadmissivel/impossivel ..8 {Ends}", $"{Ends} ..10 vedad*/proibid*/inadmissivel/excluid*/afastad*", $"{Ends} ..10 nao sera*/e/se ..2 admit*/admissivel/permit*/possivel/cabivel/facult*", $"renunci* ..10 {Ends}", $"abre/abrem/abrindo mao ..6 {Ends}",
            "irrescindivel", "contrato/instrumento/ajuste/acordo/pacto/avenca/negocio ..8 irretratav*/irrevogav*", "irretratav*/irrevogav* ..4 contrato/instrumento/ajuste/acordo/pacto", $"sem ..2 direito/faculdade/possibilidade ..4 {Ends}", $"exclui/excluem/excluid*/afasta/afastam/afastad* ..4 direito/faculdade/possibilidade ..4 {Ends}"),
        PartOfTerm = Concept.Of("primeir*", "inicial/iniciais", "carencia", "minim*", "ate ..6 mes/meses/ano/anos/aniversario", "ate que", "decorrid*", "completad*", "transcorrid*", "permanencia", "fidelidade"),
        Role = Concept.Of(
            "contratante", "contratada/contratado", "locador/locadora", "locatario/locataria", "fornecedor/fornecedora", "cliente", "prestador/prestadora", "tomador/tomadora", "comprador/compradora", "vendedor/vendedora", "licenciante", "licenciada/licenciado", "franqueador/franqueadora", "franqueado/franqueada", "distribuidor/distribuidora", "fabricante", "representante", "representada/representado", "comodante", "comodatario/comodataria", "operador/operadora", "controlador/controladora", "cedente", "cessionaria/cessionario",
            "mandante", "mandatario/mandataria", "arrendador/arrendadora", "arrendatario/arrendataria", "empreiteiro/empreiteira", "dono/dona", "inquilino/inquilina", "banco", "consultor/consultora", "parceiro/parceira", "assinante", "usuario/usuaria", "associado/associada", "escola", "aluno/aluna", "clinica", "hotel", "loja", "oficina", "patrocinador/patrocinadora", "patrocinado/patrocinada", "editora", "autor/autora", "agencia", "empresa"),
        By = Concept.Of("por", "pelo/pela/pelos/pelas"),
        Exception = Concept.Of("salvo", "exceto", "ressalvado/ressalvada/ressalvadas/ressalvados", "a nao ser", "senao", "excetuado/excetuada/excetuadas/excetuados", "fora", "com excecao"),
        Without = Concept.Of("sem"),
        Contrast = Concept.Of("mas", "porem", "contudo", "todavia", "entretanto", "apos o que", "enquanto", "ao passo que"),
        Cause = Concept.Of(
            "deixar de ..2 cumprir", "parte prejudicada/lesada/inocente/fiel", "nao ..2 cumprir", "obrigacao essencial", "inadimplemento", "inadimplencia", "descumprimento", "descumprir", "descumpra", "descumprida", "infracao", "violacao", "violar", "falencia", "recuperacao judicial", "justo motivo",
            "por justa causa", "com justa causa", "falta grave", "insolvencia", "inexecucao", "mora", "nao cumprimento", "culpa", "inadimplente", "infringir", "infringencia", "caso fortuito", "forca maior",
            "motivadamente", "faltar ao/com", "falta grave", "falha grave", "falhar", "deixar de pagar", "parar de pagar", "quebrar", "desrespeit*", "trair", "nao pagar", "nao cumprir", "mal feito", "parcelas ..4 atras*", "abandono", "fraude", "ma fe", "desonest*", "faltas", "reincidencia", "nao pagamento", "falta de pagamento", "atraso", "liquidacao", "hipoteses previstas em lei"),
        Condition = Concept.Of("se o/a/os/as/um/uma/algum/alguma/qualquer/houver/ocorrer/nao", "caso o/a/os/as/um/uma/algum/alguma/qualquer/haja/ocorra/nao", "na/em hipotese/caso/eventualidade de/do/da", "quando o/a/os/as/um/uma/houver", "havendo", "ocorrendo", "sobrevindo", "verificad*", "no caso d*"),
        Convenience = Concept.Of(
            "a qualquer tempo/momento", "em qualquer tempo/momento", "a todo tempo", "imotivada/imotivado", "imotivadamente", "sem ..4 justa causa", "sem ..3 causa", "sem ..6 motivo", "sem ..4 motivacao", "sem ..3 justificativa",
            "sem ..3 justificar", "independentemente de ..3 motivo/motivacao/causa/justificativa/razao", "independente de ..3 motivo/motivacao/causa/justificativa/razao", "por conveniencia", "por mera/simples/livre vontade/liberalidade/conveniencia",
            "unilateralmente", "quando ..2 convier", "quando ..3 desejar", "sem ..4 razao", "sem ..4 razoes", "sem ..4 motivos", "vontade unilateral", "livremente", "denuncia vazia", "desmotivada", "desmotivadamente", "ad nutum",
            "sem declinar", "sem dar", "independentemente de culpa", "nao ..4 interessar", "nao ..4 interesse", "antes do termino/fim/vencimento/prazo", "antecipadamente", "quando quiser*", "na hora que quiser*", "por qualquer razao/motivo", "sem ..3 explic*", "nao ..4 explic*", "nao ..3 quer ..3 continuar", "antes da hora", "sem ..3 porque", "sem perguntas", "por nenhuma", "a qualquer hora", "quando bem entender*", "mesmo sem motivo", "por iniciativa/vontade/decisao ..2 uma/um/qualquer/cada/unilateral", "por so uma", "a seu ..2 criterio"),
        Notice = Concept.Of(
            "aviso", "aviso previo", "avisar", "avise", "avisando", "antecedencia", "notificacao", "notificando", "notificar", "notifique", "comunicacao", "comunicando", "comunicar", "comunique", "comunicado", "previo aviso",
            "pre aviso", "preaviso", "comunica lo/la", "antecipacao", "avisada", "comunicada", "notificada", "informando", "informar", "carta", "preavisar", "avisado", "avis*", "dizer/diga/dizendo/disser/dito", "escrev*", "por escrito", "mensagem", "manda/mandar/mande/mandando", "bilhete", "recado", "e mail", "email", "telegrama", "fazer saber", "faca saber", "manifest*", "declar*", "particip*", "anunci*", "antes", "depois", "de folga", "produz/produzira/produzirao/produzindo/surte/surtira/surtirao/tera/com efeito/efeitos", "seguintes", "adiante", "prevenir", "previna"),
        Tell = Concept.Of("avis*", "comunic*", "notific*", "escrev*", "dizer/diga/dizendo/disser", "manda*", "mande", "carta", "mensagem", "declar*", "manifest*", "particip*", "anunci*", "inform*", "saber"),
        Party = Concept.Of("qualquer das partes", "qualquer delas/deles", "um/uma dos/das lados/partes/contratantes/dois/duas", "cada um/uma", "uma parte", "a parte", "qualquer um/uma", "um dos socios", "um deles", "uma delas", "qualquer dos", "cada parte", "cada lado"),
        Cure = Concept.Of(
            "sanar", "sana lo/la", "sanado/sanada", "sane", "corrigir", "corrigi lo/la", "corrigido/corrigida", "remediar", "remedia lo", "purgar", "purga", "regularizar", "saneamento", "cura", "regularizacao", "solucionar", "purgado/purgada", "remediado/remediada", "suprir", "sanada/sanadas"),
        Renewal = Concept.Of("renovacao", "renovar", "renovado/renovada", "renova se", "renovar se a", "prorrogacao", "prorrogar", "prorrogado/prorrogada", "prorroga se", "nao renovacao", "prorrogar se a", "reconducao", "renovar se"),
        Lapse = Concept.Of("apos", "depois de", "decorridos", "decorrido", "passados", "primeiros", "primeiro", "transcorridos", "completados", "inicial", "a partir do", "antes de", "durante", "vigencia de", "carencia", "mais de"),
        OtherDeadline = Concept.Of(
            "pagamento", "pagar", "fatura", "faturas", "quitar", "devolver", "devolvera", "restituir", "restituira", "devolucao", "indenizar", "eliminar", "eliminara", "excluir", "reajuste", "precos", "preco", "defeito/defeitos", "manutencao", "vistoria", "confidencialidade", "sigilo", "transicao", "auditoria", "atraso"),
        ThatNotice = Concept.Of(
            "prazo de/do aviso", "aviso previo", "o aviso", "tal aviso", "esse/este aviso", "referido aviso", "a/essa/esta/tal/referida notificacao/comunicacao/antecedencia/denuncia/manifestacao", "comunicacao de que trata", "pre aviso", "o interessado", "a parte interessada", "parte que", "bastando", "basta", "devendo", "para tanto", "nesse caso", "nesta hipotese", "nessa hipotese"),
    };
}
