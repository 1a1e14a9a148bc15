using LegalAudit.Rules;

namespace LegalAudit.Lgpd;

internal static class LgpdPortuguese
{
    private static readonly Concept Answer = Concept.Of(
        "atend*", "encaminh*", "repass*", "auxili*", "respond*", "viabiliz*", "garant*", "assegur*", "cooper*", "colabor*", "apoi*", "remet*", "facilit*", "resposta", "assist*", "andamento", "canal", "transmit*", "process*", "prestar*", "cumpr*", "dara/dar/darao", "envi*", "ajud*", "suport*", "satisfa*", "informar*", "comunicar*", "tratara*", "providenci*", "acolh*",
        "receb*", "direcion*", "permit*", "avis*", "cessar*", "suspend*", "bloque*", "leva*", "entreg*", "mostr*", "pode*", "resolv*", "corrig*", "disponibiliz*", "oferec*", "ofert*", "possibilit*", "propici*", "proporcion*", "meio/meios", "prest*", "cabe*", "submet*", "redirecion*", "franque*");

    private static readonly Concept Only = Concept.Of(
        "somente", "so", "apenas", "exclusiv*", "estrit*", "unic*", "vedad*", "nao", "limit*", "outra/outras/outro/outros", "divers*", "distint*", "restrit*", "restring*", "nenhum*", "alhei*", "jamais", "proib*", "instrucoes", "conforme as", "nada alem", "mais nada", "nada mais", "defeso", "estranh*", "nunca", "imped*", "abst*", "absten*");

    private static readonly Concept NoErasure = Concept.Of(
        "pedido/pedidos", "pedir", "requisic*", "solicit*", "quiser*", "bens", "materiais", "equipamento/equipamentos", "amostras", "informacoes confidenciais", "imovel", "copias de seguranca testadas", "copia* diaria*", "segredo", "formulas", "documentos");

    public static LgpdVocabulary Vocabulary { get; } = new()
    {
        PersonalData = PortugueseWords.PersonalData,
        Negation = Concept.Of("nao", "nem", "nenhum/nenhuma", "jamais", "sem", "tampouco", "inexist*", "ausencia de", "deixa/deixara/deixam de", "dispens*", "recusa*", "ninguem", "nada", "nunca"),
        NoNegation = Concept.Of(
            "sem demora", "sem ..2 atraso", "sem ..2 demora", "sem prejuizo", "nao obstante", "nao so", "nao apenas", "nao somente", "nao superior", "nao inferior", "nao autoriz*", "sem ..3 injustificad*", "sem onus", "sem custo*", "nao se limit*", "nao limitad*", "sem que", "nao excedente", "sem limit*", "nao mais", "nao exceda", "sem autoriz*", "nao conforme",
            "sem dilacao", "sem tardar", "nao consentid*", "nao desejad*", "quer ..2 nao", "ou nao", "nao permitid*", "sem tardanca", "sem direito", "sem espera*", "para que ninguem", "que ninguem", "sem cobrar", "nao podem ..6 ser vist*", "nao deixar*", "nao deixa"),
        CarveOut = Concept.Of(
            "nao se aplica*", "nenhuma obrigacao", "nao ..3 obrigacao", "nao ..2 obriga/obrigam/obrigara", "nao ..2 obrigado/obrigada/obrigadas", "nao ..2 compromete/comprometem/comprometera", "dispensa/dispensam/dispensada/dispensado/dispensadas", "isenta/isento/isentas/isentos", "nao ..4 responsavel", "nao ..3 responsabilidade", "nenhuma responsabilidade", "exime/eximem/eximida", "excluida/excluidas/excluido ..6 responsabilidade",
            "nao ..2 respondera/responde/responderao por/pela/pelo/pelas/pelos", "nao ..2 assume*", "sem ..2 obrigacao", "nao ..2 preve*", "nada ..2 preve*", "nada ..2 dispoe", "nada ..2 regula*", "nao ..2 regula*", "afastada/afastado/afastadas", "exonerad*", "desobrigad*", "renuncia*", "nao ..2 cabe/cabera", "nao ..3 dever", "deixa/deixam/deixara de ..1 indic*/nome*/design*/manter/comunic*/notific*/respond*/atend*", "nao ..3 incumb*", "nao havera ..2 dever",
            "livremente", "nenhuma restric*", "sem ..2 restric*", "nao ..2 impoe*", "nao ..2 estabelece*", "qualquer finalidade", "quaisquer finalidades", "prazo indeterminado", "indefinidamente", "nenhum dever", "nao integra* ..4 contrato", "deixa* de regular/tratar/disciplinar", "nao ..2 hav* ..3 restric*", "nao ..3 regra alguma", "nenhuma exigencia", "nao ..2 fix*", "nao ..2 estipul*", "nao ..2 disciplin*", "nem dever", "nao ..2 defin*", "fora do escopo", "nao ..2 exigira*", "nao ..2 exige", "nao ..2 declara", "nao ..2 nome*", "nao ..2 indicara*",
            "nao ..2 design*", "nenhuma das partes respond*", "a seu ..3 criterio", "nao ..2 contempla*", "nao ..2 vincula*", "sem ..4 condic*", "e/sao livre/livres ..4 nao/sem/independente/independe/dispensa*", "nao ..2 sujeit* ..6 autorizac*/anuencia/aprovac*/condic*/restric*/limit*/aviso/consentimento", "independe/independem/independera* ..3 autorizac*/anuencia/aprovac*/aviso/consentimento", "independentemente ..2 autorizac*/anuencia/aprovac*/aviso", "nao ..2 precisa*", "para sempre", "como quiser*", "como bem entender*", "nao ..2 promete*", "nao ..2 garante*", "nao ..2 tem que", "nao ..2 tera* que", "nao ..2 responsabiliza*"),
        NoCarveOut = Concept.Of("limite/limites/limitacao/limitacoes/teto ..12 nao ..2 aplic*", "exclusao/exclusoes ..12 nao ..2 aplic*", "nao se aplica* ..3 teto/limite/limitacao"),
        Mention = Concept.Of(
            "oportunamente", "importancia", "sera/serao objeto de", "instrumento apartado/proprio/especifico", "aditivo proprio/especifico/futuro", "anexo futuro", "a ser/serem definid*", "a ser/serem ajustad*", "se ..2 entender*/julgar*/convier*/desejar* conveniente/necessario/oportuno/adequado", "se ..2 convier/desejar", "boas praticas recomend*", "recomenda se", "podera/poderao avaliar", "declara/declaram ciencia", "declara/declaram conhecer", "tem ciencia", "futuramente", "se e quando",
            "em momento futuro", "tratado em documento", "a titulo informativo", "vem editando", "poderao se assim", "vem publicando", "tem o sentido", "sentido que a lei", "ainda nao", "materia ..4 apartado", "constara ..6 futuro", "estuda*", "pretende/pretendem", "mais adiante", "quem sabe", "gostaria*"),
        Report = Concept.Of("a lgpd", "a lei geral", "a lei n", "a autoridade nacional", "a anpd", "segundo especialistas", "e sabido", "como se sabe", "a legislacao"),
        Rules =
        [
            new(LgpdItems.LegalBasis, Concept.Of(
                    "base/bases legal/legais", "fundamento/fundamentos", "fundamenta*", "funda se", "fundara/fundado/fundada", "hipotese/hipoteses legal/legais", "hipotese/hipoteses ..3 autoriza/autorizam/autorizadora/autorizadoras/autorizativa/autorizativas", "hipotese/hipoteses de tratamento", "hipotese/hipoteses ..6 art/artigo/artigos/arts", "art/arts/artigo/artigos 7", "art/arts/artigo/artigos 11", "legitimo interesse", "apoi*", "ampar*", "respald*", "lastr*",
                    "execucao ..2 contrato", "base/bases ..2 aplicave*", "base/bases ..3 aplicavel", "consentimento", "cumprimento de obrigacao legal", "exercicio regular ..2 direitos", "justifica se", "embas*", "legitim*", "lei ..2 autoriza/permite/permitir/autorizar/manda", "autorizac*", "porque ..6 necessari*", "concordancia", "permissao", "quando a lei", "exigencia ..2 lei", "forca de lei", "lei ..2 obrig*/mand*/exig*/deix*", "concord*", "assentimento", "anuencia d*", "razao ..3 lei", "dispositivo legal", "motivo legal/legitimo", "consent*"))
                { Near = [
                    Concept.Of("trat*", "colet*", "colh*", "obt*", "uso", "usar", "usa*", "cadastr*", "guard*", "utiliz*"),
                    Concept.Of("base/bases legal/legais", "fundamento ..8 lgpd/lei/art/artigo", "hipotese/hipoteses", "art/arts/artigo/artigos 7", "art/arts/artigo/artigos 11", "legitimo interesse", "execucao ..3 contrato", "consent*", "obrigacao legal", "exercicio regular", "base/bases ..2 aplicave*", "lei ..2 autoriza/permite/permitir/autorizar/manda", $"autorizac* ..3 {PortugueseWords.People}", $"{PortugueseWords.People} ..8 autorizac*/permissao/concordancia", "cumprir ..3 contrato/lei", "exigencia ..2 lei", "forca de lei", "lei ..2 obrig*/mand*/exig*/deix*", $"concord* ..6 {PortugueseWords.People}", $"{PortugueseWords.People} ..6 concord*", "razao ..3 lei", "motivo legal/legitimo")],
                  Unless = Concept.Of("expurg*", "guardando", "eliminad*", "revog*", "oposicao", "consentimento previo", "previo consentimento", "autorizacao previa", "previa autorizacao", "autorizacao/consentimento/anuencia/concordancia ..3 da/do/de contratante/controlador/controladora") },
            new(LgpdItems.LegalBasis, Concept.Of("hipotese/hipoteses ..3 autoriza/autorizam/autorizadora/autorizadoras", "hipotese/hipoteses legal/legais", "base/bases legal/legais", "exercicio regular ..2 direitos", "base aplicavel"))
                { Near = [Concept.Of("tratamento/tratamentos", "consentimento", "titular/titulares", "dado/dados")], Within = 15, Scope = Scope.Own, Unless = Concept.Of("revog*") },
            new(LgpdItems.PurposeLimitation, PortugueseWords.Processing)
                { Near = [
                    Concept.Of("finalidade/finalidades", "fins", "escopo", "medida do necessario", "fim", "instrucoes", "instrucao", "proposito/propositos", "destino", "proveito", "objetivo/objetivos", "interesse proprio", "beneficio/proveito/vantagem/lucro proprio/propria/seu/sua/pessoal", "estritamente necessari*", "uso diverso", "outro/outros uso/usos", "o necessario", "objeto", "mais nada", "nada mais", "serv* a/ao/as/aos/para/apenas/so/somente", "so para", "apenas para", "somente para", "exclusivamente para", "propaganda", "publicidade", "outra coisa", "outra atividade", "para o que", "marketing", "unicamente", "outra finalidade", "fora disso", "destin*", "so em", "desvio", "alem d*"),
                    Only],
                  MayBeForbidden = true, Unless = Concept.Of("tempo necessario", "conservad* ..10 finalidades", "outro pais", "outra empresa ..8 concord*") },
            new(LgpdItems.DataSubjectRights, Concept.Of(
                    "requisic*", "solicit*", "pedido/pedidos", "pedir", "pedirem", "pede/pedem", "peca/pecam", "direitos", "requerimento/requerimentos", "requer*", "demanda/demandas", "exerc*", "oposicao", "revog* ..3 consentimento", "consentimento ..3 revog*", "manifestac*", "reclamac*", "quiser*", "queira/queiram", "desej*", "pergunt*", "tem direito", "pode/podem/podera*/poderao ..5 ver/saber/conhecer/consultar/pedir/corrigir/retirar/exigir/retificar/acessar/obter/opor/eliminar/apagar/revogar/solicitar/requerer", "exij*", "procur*"))
                { Near = [PortugueseWords.Subject, Answer, Concept.Of("dado/dados", "informac*", "titular/titulares", "pessoa/pessoas ..4 dados", "corrig*", "corrigir", "retific*", "apag*", "consert*", "emend*", "ver", "retir*", "copia*", "ficha*", "cadastr*", "sobre ele/ela/eles/elas/si", "lgpd")], Within = 18 },
            new(LgpdItems.PurposeLimitation, PortugueseWords.Processing)
                { Near = [
                    Concept.Of("ao ..3 necessario", "minimo necessario", "medida ..3 necessari*", "indispensave*", "execucao ..4 contrato/servicos", "prestacao ..3 servicos"),
                    Concept.Of("limit*", "restring*", "restrit*", "somente", "apenas", "so", "exclusiv*", "estrit*", "unic*", "cing*")],
                  Scope = Scope.Sentence, Within = 14, Unless = Concept.Of("conserv*", "guard*", "elimin*", "retid*", "marca/marcas", "tempo necessario", "acesso ..6 restrit*", "restring*/restrit* ..3 acesso") },
            new(LgpdItems.DataSubjectRights, Concept.Of("pedido*/requisic*/solicit*/requerimento* ..2 acesso/portabilidade/eliminacao/exclusao/retificacao/correcao/oposicao/confirmacao", "direitos ..6 art/artigo/artigos 18"))
                { Near = [Answer], Scope = Scope.Sentence, Within = 18 },
            new(LgpdItems.SecurityMeasures, Concept.Of(
                    "medidas", "controles", "controle de acesso", "criptograf*", "salvaguarda/salvaguardas", "mecanismos", "seguranca da informacao", "cifrad*", "credencial/credenciais", "antivirus", "protege*", "proteg*", "firewall", "senha/senhas", "autenticacao", "trilha/trilhas", "acesso ..4 restrit*", "restring*/limit* ..4 acesso/acessos", "cifrar/cifra/cifre/cifram", "codific*", "mascar*", "pseudonim*", "anonimiz* ..6 proteg*", "monitor* ..4 acesso/acessos/sistemas", "registro/registros de acesso", "programa/politica/padroes/normas/requisitos/procedimentos/nivel/regras/praticas ..2 seguranca",
                    "seguranca dos/das/de ..2 dados/informacoes", "cifragem", "trancad*", "chave", "cofre", "cuidado/cuidados", "ambiente seguro", "com seguranca", "a salvo", "resguard*", "imped*/evit*/preven*/coib* ..6 acesso/acessos/vazamento/vazamentos/perda/perdas/invasao/invasoes", "em seguranca", "lugar seguro", "local seguro", "cadeado*", "zel*", "longe d*", "sob guarda", "bem guardad*", "sigilo", "acesso ..6 so/somente/apenas", "so/somente/apenas ..8 acesso"))
                { Near = [Concept.Of("tecnic*", "administrativ*", "organizaciona*", "proteg*", "acesso/acessos", "vazamento/vazamentos", "cifrad*", "criptograf*", "trilha/trilhas", "destruic*", "perda", "iso", "antivirus", "resguard*", "autenticacao", "invas*", "seguranca da informacao", "medidas de seguranca", "trancad*", "senha*", "chave", "contra", "estranh*", "so", "ninguem", "curios*", "de fora", "seguro/segura/seguros", "vulnerabilidade*", "pseudonim*", "teste*", "necessitem/precisem", "arquivos", "sistemas", "ataque*", "guardad*", "guardar*", "cuidado*", "salvo", "medidas")],
                  Unless = Concept.Of("incidente/incidentes ..4 seguranca ..12 comunic*/notific*/inform*/avis*", "seguranca do trabalho", "seguranca patrimonial", "tempo necessario") },
            new(LgpdItems.SecurityMeasures, Concept.Of("medidas tecnicas", "medidas de seguranca tecnicas", "medidas ..4 tecnicas ..3 administrativas/organizacionais", "salvaguardas tecnicas", "criptografia", "cifrados/cifradas")),
            new(LgpdItems.BreachNotification, PortugueseWords.Incident)
                { Near = [PortugueseWords.Tell], Unless = Concept.Of("proteg* ..16 acesso/acessos", "alteracao ..2 comunicacao") },
            new(LgpdItems.Dpo, Concept.Of(
                    "encarregado/encarregada/encarregados/encarregadas", "dpo", "data protection officer", "profissional ..18 dados pessoais", "pessoa ..6 responsavel ..8 dados", "responsavel ..2 protecao de dados", "responsavel ..3 tratamento de dados", "responsavel ..2 privacidade", "ponto de contato ..6 dados", "contato ..6 protecao de dados/privacidade", "contato ..6 protecao ..2 dados", "quem cuida ..4 dados"))
                { Near = [Concept.Of("indic*", "nome*", "design*", "mant*", "e o/a", "sera*", "contat*", "mail", "email", "exerc*", "respond*", "atend*", "ocup*", "funcao", "possui*", "dispo*", "tem", "tera*", "conta", "atua*", "receb*", "fica*", "divulg*", "chama*", "e", "pelo endereco", "eleg*", "constitu*", "telefone")],
                  Unless = Concept.Of("encarregado/encarregada de/da/do/pela/pelo obra/obras/turno/manutencao/limpeza/compras/equipe/setor/canteiro/servico/servicos") },
            new(LgpdItems.Subprocessors, PortugueseWords.Someone)
                { Near = [Concept.Of("autoriz*", "anuencia", "consentimento", "concord*", "mesm*", "equivalentes", "vedad*", "nao", "iguais", "identic*", "lista", "comunic*", "aprov*", "impor*", "impos*", "exig*", "depend*", "por escrito", "previ*", "inform*", "relacao", "proib*", "so", "somente", "oposic*", "sem", "antes", "permissao", "garantias")],
                  MayBeForbidden = true, Scope = Scope.Sentence, Unless = Concept.Of("danos ..10 terceiros", "prejuizo* ..8 terceiros") },
            new(LgpdItems.Subprocessors, Concept.Of("suboperador*", "sub operador*", "subprocessador*")) { MayBeForbidden = true },
            new(LgpdItems.InternationalTransfer, PortugueseWords.Abroad) { MayBeForbidden = true },
            new(LgpdItems.RetentionDeletion, PortugueseWords.Erase)
                { Near = [PortugueseWords.AtTheEnd], MayBeForbidden = true, Scope = Scope.Section, Unless = NoErasure },
            new(LgpdItems.RetentionDeletion, PortugueseWords.EraseOrExclude)
                { Near = [PortugueseWords.AtTheEnd], MayBeForbidden = true, Scope = Scope.Paragraph, Unless = NoErasure },
            new(LgpdItems.Liability, PortugueseWords.Pay)
                { Near = [PortugueseWords.Harm], Scope = Scope.Paragraph, Unless = Concept.Of("profissional responsavel", "em ate ..4 dias", "em ..4 dias") },
        ],
    };
}
