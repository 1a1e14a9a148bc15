using LegalAudit.Rules;

namespace LegalAudit.Lgpd;

/// <summary>What Portuguese contracts call the things that the rules of the checklist speak of.</summary>
internal static class PortugueseWords
{
    public const string People =
        "pessoa*/cliente*/aluno*/aluna*/paciente*/hospede*/morador*/usuari*/colaborador*/funcionari*/empregad*/associad*/consumidor*/candidat*/visitante*/condomin*/inquilin*/crianca*/familia*/participante*/assinante*/leitor*/doador*/beneficiari*/segurad*/titular*/cidada*/gente/trabalhador*/passageir*/comprador*/frequentador*/mensalista*/estudante*/atleta*/individu*/filiad*/motorista*/entregador*/ouvinte*/espectador*/torcedor*/jogador*/artista*/idos*/doente*/vizinh*/cooperad*/voluntari*/formand*/locatari*/habitante*/fregues*/convidad*/interessad*/socio/socios/socia/socias/alguem";

    private const string Information = "dado/dados/informac*/registro*/ficha*/cadastr*/lista/listas/prontuari*/nome/nomes/detalhes/arquivo*/imagem/imagens/foto*/papel/papeis/anotac*/exame*/laudo*/matricula*/curriculo*/mensagens/gravac*/video*/caderno*/planilha*/agenda*/identidade/carteirinha*/retrato*/historia*/intimidade/vida/questionario*/resultado*/contato/contatos/cpf/cpfs/endereco*/telefone*/historico*/perfil/perfis";

    public static Concept PersonalData { get; } = Concept.Of(
        "dado/dados pessoal/pessoais", "dados ..3 pessoais", "informacao/informacoes pessoal/pessoais", "lgpd", "13 709", "lei geral de protecao", "protecao de/dos dados", "dados sensiveis", "anpd", "dpo", "privacidade", "encarregado* ..5 dados", "encarregado", "suboperador*", "operador/operadora de dados", "agente/agentes de tratamento",
        "tratamento irregular/indevido/ilicito", "tratamento ..3 dados", "titulares", "pessoas naturais", "dados", $"{Information} ..5 {People}", $"{People} ..8 seu/sua/seus/suas/dele/dela/deles/delas dado/dados/informac*/ficha*/cadastr*/registro*", $"{People} ..6 o que ..4 sobre ele/ela/eles/elas/si", $"{People} ..4 cadastrad*",
        "vida privada", "intimidade", "o que ..6 sobre os/as/cada/seus/suas", $"o que ..8 {People}", $"aquilo que ..8 {People}", $"sobre/respeito ..3 {People}", "o que ..4 sobre ele/ela/eles/elas/si", "tudo ..5 sobre ele/ela/eles/elas/os/as", "cadastrar ..3 cliente/aluno/paciente/pessoa/usuario/hospede", "informacoes ..3 identifi*", "pedido/pedidos/requisic*/solicit*/requerimento*/direito/direitos/demanda* ..8 titular", "tratamento ..12 finalidade/finalidades", "finalidade ..4 adequacao", "adequacao ..4 necessidade");

    public static Concept Subject { get; } = Concept.Of(People, "titular/titulares", "quem ..3 dados", "donos dos dados", "dono dos dados");

    public static Concept Processing { get; } = Concept.Of(
        "trat*", "utiliz*", "reutiliz*", "uso/usos", "usar", "usara*", "usad*", "usando", "usa/usam", "use/usem", "usa los/las", "empreg*", "colet*", "serve/servem/servira*/servir", "destin*", "manuse*", "process*", "aproveit*", "explor*", "enriquec*", "comercializ*", "vend*", "compartilh*", "mexer", "lidar", "trabalhar com", "consult*", "acess*");

    public static Concept Tell { get; } = Concept.Of(
        "notific*", "comunic*", "inform*", "avis*", "report*", "relatar/relatara/relatarao/relate", "cientific*", "notici*", "alert*", "ciencia", "conhecimento", "dara/dar/dando/da noticia", "contar/contara", "conta a/ao/as/aos", "transmit*", "dizer/diga/dira/diz", "ligar/ligara/liga", "telefon*", "prevenir/previne", "participar/participara", "saber");

    public static Concept Incident { get; } = Concept.Of(
        "incidente/incidentes", "vazamento/vazamentos", "vaz*", "exposicao", "expost*", "violacao/violacoes ..4 dado/dados/seguranca/bases/informacoes", "acesso/acessos ..3 indevido/indevidos", "acesso/acessos nao autorizado/autorizados", "quebra de seguranca", "comprometimento ..4 dado/dados/bases/seguranca", "perda ..4 dado/dados/ficha*/cadastr*", "falha de seguranca", "evento/eventos ..6 seguranca",
        "comprometid*", "extravi*", "invas*", "invadid*", "ocorrencia ..6 seguranca", "roub*", "furt*", "sum*", "perd* ..6 dado*/ficha*/cadastr*/prontuari*/registro*", "dado*/ficha*/cadastr*/registro* ..6 perd*", "maos erradas/alheias/estranhas", "maos de ..2 estranhos/terceiros/outros/quem", "escap*", "ma* de quem nao", "sem permissao", "vier a publico", "vir a publico", "for parar", "copiad*", "espalh*", "devass*", "hacke*", "ataque*", "desaparec*");

    public static Concept Abroad { get; } = Concept.Of(
        "transferencia/transferencias internacional/internacionais", "fora ..3 brasil/pais/territorio", "exterior", "outro/outros/outra pais/paises/nacao", "pais/paises estrangeiro/estrangeiros", "territorio nacional/brasileiro", "solo nacional/brasileiro", "fronteira/fronteiras", "outra jurisdicao", "internacionalmente", "estrangeiro",
        "pais/paises ..4 nivel ..3 adequado", "no brasil", "saem/sair/saira/sairao/saiam do pais/brasil", "dentro do pais/brasil", "servidor*/servidores ..4 brasil/pais", "no pais", "em brasil", "transfronteir*", "nuvem ..6 fora", "la fora", "estados unidos", "europa", "saida ..4 do pais", "deixar o pais/brasil", "deixam o pais/brasil", "fora daqui", "internacional ..6 dados");

    public static Concept Someone { get; } = Concept.Of(
        "subcontrat*", "suboperador*", "suboperac*", "sub operador*", "sub contrat*", "terceiro/terceiros", "outro operador", "outros operadores", "subprocessador*", "operador ulterior", "prestador/prestadores", "outra/outras empresa/empresas/firma/firmas/pessoa/pessoas", "parceiro/parceiros", "quem ..3 ajudar/auxiliar/auxilie/ajude", "outro fornecedor", "outros fornecedores", "ninguem mais", "ajudante*", "passar adiante", "repass*", "terceiriz*", "ajuda de fora", "outrem", "delega*", "chamar ..4 outro/outra", "quem quer que", "entregar ..6 a outro/outra", "confiar ..6 a outro/outra", "gente de fora");

    /// <summary>Words that are about data only where the sentence says so.</summary>
    public static Concept EraseOrExclude { get; } = Concept.Of("exclu*", "permanec*", "mantid*", "mantera*", "copia*", "limp*", "restitu*", "devolv*", "devoluc*");

    public static Concept Erase { get; } = Concept.Of(
        "elimin*", "apag*", "descart*", "anonimiz*", "conserv*", "retenc*", "retidos", "retid*", "reter", "guard*", "destru*", "armazen*", "expurg*", "inutiliz*", "delet*", "temporalidade", "tritur*", "queim*", "fica/ficam/ficara* ..4 com", "nenhuma copia", "entreg* de volta");

    public static Concept AtTheEnd { get; } = Concept.Of(
        "termin*", "encerr*", "fim", "rescis*", "extint*", "extinc*", "enquanto", "tempo", "periodo", "necessari*", "findo/finda/findos/findas", "cessad*", "cessar*", "cesse/cessem/cessando", "tao logo", "logo que", "assim que", "ao final", "final do/deste", "conclu*", "apos", "decorrid*", "alem do", "prazo superior/necessario/maximo/minimo", "prazo de guarda/retencao/conservacao", "quando nao mais", "anos", "meses", "desnecess*", "ja nao", "deixar* de ser", "por quanto tempo",
        "vencido/vencida/vencidos", "dias", "subsist*", "acab*", "depois", "passad*", "ano", "mes");

    public static Concept Pay { get; } = Concept.Of(
        "respondera/responderao/responde/respondem/responder ..5 por/pelo/pela/pelos/pelas/perante", "responsavel/responsaveis ..3 por/pelo/pela/pelos/pelas", "responsabili*", "indeniz*", "ressarc*", "repar*", "arcar*", "arca/arcam", "suport*", "indene", "solidari*", "reembols*", "direito de regresso", "compens*", "isentar*", "paga/pagam/pagara*/pagar", "assum* ..6 onus/encargo*/responsab*/consequencias", "sera*/e/sao/ficara* ..3 suportad*/custead*/arcad*", "custe*", "cabe*/cabera* ..6 indeniz*/repar*/ressarc*/pagar/arcar", "assum* ..4 prejuizo*/dano*/custo*/multa*/conta", "conta ..3 de quem", "corre/correm por conta", "por conta d*", "cobr*", "banc*", "respond*", "conta", "fica/ficam/ficara* com o prejuizo", "por sua conta", "as suas expensas");

    public static Concept Harm { get; } = Concept.Of(
        "dano/danos", "prejuizo/prejuizos", "multa/multas", "multad*", "sanc*", "perdas", "penalidade/penalidades", "condenac*", "reclamac*", "indenizac*", "custos", "custo", "lesad*", "consequencias", "demandad*", "autuad*", "regresso", "art/arts/artigo 42", "processad*", "processar/processe/processem", "punic*", "prejudicad*", "estrago*", "queixa*", "condenad*", "reclam*", "processo*", "acoes", "aborrecimento*", "ofensa*");
}
