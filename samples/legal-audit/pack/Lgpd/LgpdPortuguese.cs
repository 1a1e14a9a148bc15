using LegalAudit.Rules;

namespace LegalAudit.Lgpd;

internal static class LgpdPortuguese
{
    private static readonly Concept Subject = Concept.Of(
        "titular/titulares", "pessoa/pessoas a quem ..3 dados", "pessoa/pessoas a que ..3 dados", "pessoas naturais", "pessoa natural", "interessado/interessados", "donos dos dados", "pessoa/pessoas ..3 dados", "usuario/usuarios", "individuo/individuos");

    private static readonly Concept Processing = Concept.Of(
        "trat*", "tratamento/tratamentos", "enriquec*", "comercializ*", "utiliza*", "uso", "usar", "usara*", "usado*", "usad*", "emprega*", "coleta*", "serv*", "destin*", "manuse*", "processa*", "operac*", "aproveita*", "explora*");

    private static readonly Concept Tell = Concept.Of(
        "notific*", "comunic*", "inform*", "avis*", "report*", "relatar/relatara/relatarao/relate", "cientific*", "notici*", "alert*", "ciencia", "conhecimento", "dara/dar/dando noticia", "participa*", "contar/contara", "transmit*");

    private static readonly Concept Incident = Concept.Of(
        "incidente/incidentes", "vazamento/vazamentos", "exposicao", "violacao/violacoes ..4 dado/dados/seguranca/bases/informacoes", "acesso/acessos ..3 indevido/indevidos", "acesso/acessos nao autorizado/autorizados", "quebra de seguranca", "comprometimento ..4 dado/dados/bases/seguranca", "perda ..4 dado/dados", "falha de seguranca", "evento/eventos ..6 seguranca",
        "dados ..4 vazarem", "dados ..5 comprometidos", "extravio", "invasao", "ocorrencia ..6 seguranca");

    private static readonly Concept Abroad = Concept.Of(
        "transferencia/transferencias internacional/internacionais", "fora do brasil/pais", "fora ..3 brasil/pais/territorio", "exterior", "outro/outros pais/paises", "pais/paises estrangeiro/estrangeiros", "territorio nacional/brasileiro", "no/em solo/territorio brasileiro/nacional", "fronteira/fronteiras", "outra jurisdicao",
        "em data centers no brasil", "localizados no brasil", "localizado no brasil", "situados no brasil", "internacionalmente", "estrangeiro", "alem ..3 fronteiras", "pais/paises ..4 nivel ..3 adequado", "no brasil");

    public static LgpdVocabulary Vocabulary { get; } = new()
    {
        PersonalData = Concept.Of(
            "dado/dados pessoal/pessoais", "dados ..3 pessoais", "informacao/informacoes pessoal/pessoais", "lgpd", "13 709", "lei geral de protecao", "titular dos dados", "titulares", "protecao de dados", "dados sensiveis", "dados ..4 pessoa/pessoas", "pessoas naturais", "pessoa/pessoas a quem ..3 dados",
            "anpd", "encarregado ..5 dados", "encarregado dpo", "dpo", "suboperador*", "operador/operadora de dados", "tratamento irregular/indevido/ilicito", "agente/agentes de tratamento", "informacoes ..4 pessoas", "privacidade", "tratamento ..3 dados", "dados de ..2 clientes/usuarios/empregados/colaboradores/consumidores/pacientes/alunos/funcionarios/hospedes/candidatos", "dados dos ..2 clientes/usuarios/empregados/colaboradores/consumidores/pacientes/alunos/funcionarios/hospedes"),
        Negation = Concept.Of("nao", "nem", "nenhum/nenhuma", "jamais", "sem", "tampouco", "inexist*", "ausencia de", "deixa/deixara/deixam de", "dispens*", "recusa*"),
        NoNegation = Concept.Of(
            "sem demora", "sem ..2 atraso", "sem ..2 demora", "sem prejuizo", "nao obstante", "nao so", "nao apenas", "nao somente", "nao superior", "nao inferior", "nao autoriz*", "sem ..3 injustificad*", "sem onus", "sem custo", "nao se limit*", "nao limitad*", "sem que", "nao excedente", "sem limit*", "nao mais", "nao exceda", "sem autoriz*", "nao conforme",
            "sem dilacao", "sem tardar", "nao consentid*", "nao desejad*", "quer ..2 nao", "ou nao", "nao permitid*", "sem tardanca", "sem direito", "sem espera*"),
        CarveOut = Concept.Of(
            "nao se aplica*", "nenhuma obrigacao", "nao ..3 obrigacao", "nao ..2 obriga/obrigam/obrigara", "nao ..2 obrigado/obrigada/obrigadas", "nao ..2 compromete*", "dispensa/dispensam/dispensada/dispensado/dispensadas", "isenta/isento/isentas/isentos", "nao ..4 responsavel", "nao ..3 responsabilidade", "nenhuma responsabilidade", "exime/eximem/eximida", "excluida/excluidas/excluido ..6 responsabilidade",
            "nao ..2 respondera/responde/responderao", "nao ..2 assume*", "sem ..2 obrigacao", "nao ..2 preve*", "nao ..2 regula*", "afastada/afastado/afastadas", "exonerad*", "desobrigad*", "renuncia*", "nao ..2 cabe/cabera", "nao ..3 dever", "deixa/deixam/deixara de", "nao ..3 incumb*", "nao havera ..2 dever", "livremente", "nenhuma restric*", "sem ..2 restric*", "nao ..2 impoe*", "nao ..2 estabelece*", "qualquer finalidade", "quaisquer finalidades", "prazo indeterminado", "indefinidamente", "nenhum dever",
            "nenhuma exigencia", "nao ..2 fix*", "nao ..2 estipul*", "nao ..2 disciplin*", "nem dever", "nao ..2 defin*", "fora do escopo", "nao ..2 exig*", "nao ..2 declara*", "nao ..2 nome*", "nao ..2 indic*", "nao ..2 design*", "nenhuma das partes respond*", "a seu ..3 criterio", "nao ..2 contempla*", "nao ..2 vincula*", "sem ..4 condic*"),
        NoCarveOut = Concept.Of("limite/limites/limitacao/limitacoes/teto ..12 nao ..2 aplic*", "exclusao/exclusoes ..12 nao ..2 aplic*", "nao se aplica* ..3 teto/limite/limitacao"),
        Mention = Concept.Of(
            "oportunamente", "importancia", "sera/serao objeto de", "instrumento apartado/proprio/especifico", "aditivo proprio/especifico/futuro", "anexo futuro", "a ser/serem definid*", "a ser/serem ajustad*", "boas praticas recomend*", "recomenda se", "podera/poderao avaliar", "declara/declaram ciencia", "declara/declaram conhecer", "tem ciencia", "futuramente", "a seu criterio", "se e quando",
            "em momento futuro", "tratado em documento", "a titulo informativo", "vem editando", "poderao se assim", "vem publicando", "tem o sentido", "sentido que a lei", "ainda nao", "materia ..4 apartado", "constara ..6 futuro", "sera/serao oportunamente", "estuda*", "pretende*"),
        Report = Concept.Of("a lgpd", "a lei geral", "a lei n", "a autoridade nacional", "a anpd", "segundo especialistas", "e sabido", "como se sabe", "a legislacao"),
        Rules =
        [
            new(LgpdItems.LegalBasis, Concept.Of(
                    "base/bases legal/legais", "fundamento/fundamentos", "fundamenta*", "funda se", "fundara/fundado/fundada", "hipotese/hipoteses legal/legais", "hipotese/hipoteses ..3 autoriza*", "hipotese/hipoteses de tratamento", "hipotese/hipoteses ..6 art/artigo/artigos/arts", "art/arts/artigo/artigos 7", "art/arts/artigo/artigos 11", "legitimo interesse", "apoi*", "ampar*", "respald*", "lastr*",
                    "execucao ..2 contrato", "base/bases ..2 aplicave*", "base/bases ..3 aplicavel", "consentimento", "cumprimento de obrigacao legal", "exercicio regular ..2 direitos", "justifica se", "embas*", "legitim*"))
                { Near = [Concept.Of("tratamento/tratamentos", "tratar", "tratad*", "tratara*", "coleta*"), Concept.Of("base/bases legal/legais", "fundamento ..8 lgpd/lei/art/artigo", "hipotese/hipoteses", "art/arts/artigo/artigos", "legitimo interesse", "execucao ..3 contrato", "consentimento", "obrigacao legal", "exercicio regular", "base/bases")], Unless = Concept.Of("expurg*", "guardando", "eliminad*", "revog*", "oposicao"), Scope = Scope.Section },
            new(LgpdItems.LegalBasis, Concept.Of("hipotese/hipoteses ..3 autoriza*", "hipotese/hipoteses legal/legais", "base/bases legal/legais", "exercicio regular ..2 direitos", "base aplicavel"))
                { Near = [Concept.Of("tratamento/tratamentos", "consentimento", "titular/titulares", "dado/dados")], Within = 15, Scope = Scope.Own, Unless = Concept.Of("revog*") },
            new(LgpdItems.PurposeLimitation, Processing)
                { Near = [
                    Concept.Of("finalidade/finalidades", "fins", "escopo", "medida do necessario", "fim", "instrucoes", "instrucao", "proposito/propositos", "destino", "proveito", "objetivo/objetivos", "interesse proprio", "estritamente necessari*", "uso diverso", "outro uso", "o necessario", "objeto"),
                    Concept.Of("somente", "so", "apenas", "exclusiv*", "estrit*", "unic*", "vedad*", "nao", "limit*", "outra/outras/outro/outros", "divers*", "distint*", "restrit*", "restring*", "nenhum*", "alhei*", "jamais", "proib*", "instrucoes", "conforme as", "nada alem", "sem ..3 outro")],
                  MayBeForbidden = true, Unless = Concept.Of("nao ..3 observar ..3 finalidade", "tempo necessario", "conservad* ..10 finalidades") },
            new(LgpdItems.DataSubjectRights, Concept.Of(
                    "requisic*", "solicit*", "pedido/pedidos", "pedir", "pedirem", "pede", "direitos", "requerimento/requerimentos", "requer*", "demanda/demandas", "exerc*", "oposicao", "revog* ..3 consentimento", "consentimento ..3 revog*", "manifestac*", "reclamac*"))
                { Near = [Subject, Concept.Of(
                    "atend*", "encaminh*", "repass*", "auxili*", "respond*", "viabiliz*", "garant*", "assegur*", "cooper*", "colabor*", "apoi*", "remet*", "facilit*", "resposta", "andamento", "canal", "transmit*", "process*", "prestar*", "cumpr*", "dara/dar/darao", "envi*", "ajud*", "suport*", "satisfa*", "informar*", "comunicar*", "tratara*", "providenci*", "acolh*", "receb*", "direcion*", "permit*", "avis*", "cessar*", "suspend*", "bloque*")],
                  Scope = Scope.Section },
            new(LgpdItems.SecurityMeasures, Concept.Of(
                    "medidas", "controles", "controle de acesso", "criptograf*", "salvaguarda/salvaguardas", "mecanismos", "seguranca da informacao", "cifrad*", "credencial/credenciais", "antivirus", "protege*", "proteg*", "firewall", "senha/senhas", "autenticacao", "trilha/trilhas", "acesso ..4 restrit*", "registro/registros de acesso", "programa/politica/padroes/normas/requisitos/procedimentos/nivel/regras/praticas ..2 seguranca", "seguranca dos/das/de ..2 dados/informacoes", "cifragem"))
                { Near = [Concept.Of("seguranca", "tecnic*", "administrativ*", "organizaciona*", "proteg*", "protec*", "acesso/acessos", "vazamento/vazamentos", "cifrad*", "criptograf*", "trilha/trilhas", "destruic*", "perda", "iso", "antivirus", "resguard*", "autenticacao", "invas*"), Concept.Of("dado/dados", "informac*", "tratamento", "base/bases", "los", "las", "sistema/sistemas", "arquivos")],
                  Unless = Concept.Of("incidente/incidentes ..4 seguranca ..12 comunic*/notific*/inform*/avis*", "seguranca do trabalho", "seguranca patrimonial") },
            new(LgpdItems.SecurityMeasures, Concept.Of("medidas tecnicas", "medidas de seguranca tecnicas", "medidas ..4 tecnicas ..3 administrativas/organizacionais", "salvaguardas tecnicas", "criptografia", "cifrados/cifradas")),
            new(LgpdItems.BreachNotification, Incident)
                { Near = [Tell], Unless = Concept.Of("proteg* ..16 acesso/acessos", "alteracao ..2 comunicacao") },
            new(LgpdItems.Dpo, Concept.Of("encarregado/encarregada/encarregados/encarregadas", "dpo", "data protection officer", "profissional ..18 dados pessoais", "pessoa ..6 responsavel ..8 dados pessoais", "responsavel ..2 protecao de dados", "responsavel ..3 tratamento de dados", "ponto de contato ..6 dados"))
                { Near = [Concept.Of("indic*", "nome*", "design*", "mant*", "e o/a", "sera*", "contat*", "mail", "email", "exerc*", "respond*", "atend*", "ocup*", "funcao", "possui*", "dispo*", "tem", "tera*", "conta", "atua*", "receb*", "fica*", "divulg*", "chama*", "e", "pelo endereco", "eleg*", "constitu*", "telefone")],
                  Unless = Concept.Of("encarregado/encarregada de/da/do/pela/pelo obra/obras/turno/manutencao/limpeza/compras/equipe/setor/canteiro/servico/servicos") },
            new(LgpdItems.Subprocessors, Concept.Of("subcontrat*", "suboperador*", "suboperac*", "sub operador*", "sub contrat*", "terceiro/terceiros", "outro operador", "outros operadores", "subprocessador*", "operador ulterior", "prestador/prestadores"))
                { Near = [Concept.Of("autoriz*", "anuencia", "consentimento", "concord*", "mesm* obrigac*", "mesm* deveres", "equivalentes", "vedad*", "nao podera*", "nao", "mesm*", "iguais", "identic*", "lista", "comunic*", "aprov*", "impor*", "impos*", "exig*", "depend*", "por escrito", "previ*", "inform*", "relacao", "respond*", "proib*", "so", "somente", "oposic*", "contrat*")],
                  MayBeForbidden = true, Scope = Scope.Sentence },
            new(LgpdItems.Subprocessors, Concept.Of("suboperador*", "sub operador*", "subprocessador*")) { MayBeForbidden = true, Scope = Scope.Section },
            new(LgpdItems.InternationalTransfer, Abroad) { MayBeForbidden = true, Scope = Scope.Section },
            new(LgpdItems.RetentionDeletion, Concept.Of(
                    "elimin*", "exclu*", "apag*", "devolv*", "devoluc*", "descart*", "anonimiz*", "conserv*", "retenc*", "retidos", "retid*", "reter", "guard*", "mantidos/mantidas", "destru*", "armazen*", "expurg*", "permanec*", "restitu*", "inutiliz*", "elimina", "mantera*", "delet*", "mantid*", "temporalidade"))
                { Near = [Concept.Of("termino", "encerr*", "fim", "rescis*", "extint*", "extinc*", "enquanto", "tempo", "periodo", "necessari*", "findo/finda/findos/findas", "cessad*", "tao logo", "logo que", "assim que", "ao final", "conclu*", "apos", "decorrid*", "alem do", "prazo superior/necessario/maximo/minimo", "prazo de guarda/retencao/conservacao", "terminad*", "quando nao mais", "anos", "meses", "desnecess*", "ja nao", "deixar* de ser", "final do/deste contrato", "por quanto tempo", "vencido/vencida/vencidos", "dias", "subsist*")],
                  MayBeForbidden = true,
                  Unless = Concept.Of("pedido/pedidos", "pedir", "requisic*", "solicitac*", "bens", "materiais", "equipamento/equipamentos", "amostras", "informacoes confidenciais", "imovel") },
            new(LgpdItems.Liability, Concept.Of("respondera/responderao/responde/respondem/responder ..5 por/pelo/pela/pelos/pelas/perante", "responsavel/responsaveis ..3 por/pelo/pela/pelos/pelas", "responsabili*", "indeniz*", "ressarc*", "repar*", "arcar*", "suport*", "indene", "solidari*", "reembols*", "direito de regresso", "compens*", "isentar*"))
                { Near = [Concept.Of("dano/danos", "prejuizo/prejuizos", "multa/multas", "sanc*", "perdas", "penalidade/penalidades", "condenac*", "reclamac*", "indenizac*", "custos", "custo", "lesad*", "consequencias", "demandad*", "autuad*", "regresso", "art/arts/artigo 42")],
                  Scope = Scope.Sentence, Unless = Concept.Of("profissional responsavel") },
        ],
    };
}
