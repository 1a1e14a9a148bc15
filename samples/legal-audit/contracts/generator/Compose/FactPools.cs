namespace ContractGenerator.Compose;

/// <summary>Invented names to draw from.</summary>
internal static class FactPools
{
    public static readonly IReadOnlyList<string> PtCompanies =
    [
        "Aroeira Tecnologia Ltda.", "Vale do Ipê Alimentos S.A.", "Nimbus Sistemas S.A.", "Grupo Sabiá Participações S.A.",
        "Mandacaru Energia S.A.", "Atlântica Serviços Corporativos Ltda.", "Horizonte Azul Logística Ltda.", "Clínica Santa Rosália S.A.",
        "Tamandaré Engenharia Ltda.", "Porto Sereno Comércio Exterior Ltda.", "Lumina Comunicação Ltda.", "Farmácias Boa Estrada S.A.",
        "Construtora Pedra Branca S.A.", "Educandário Novo Saber Ltda.", "Cooperativa Rio Doce de Crédito", "Metalúrgica Serra Alta S.A.",
        "Jatobá Consultoria Empresarial Ltda.", "Rede Girassol de Supermercados S.A.", "Têxtil Caraíba Ltda.", "Orla Norte Empreendimentos S.A.",
        "Seguradora Confiança Mineira S.A.", "Laboratório Análise Viva Ltda.", "Pampa Agroindustrial S.A.", "Telecom Ventura S.A.",
        "Papiro Gráfica e Editora Ltda.", "Hotéis Mar de Dentro S.A.", "Quilombo Digital Ltda.", "Frigorífico Campo Largo S.A.",
        "Instituto Aurora de Pesquisa", "Transportes Três Irmãos Ltda.",
    ];

    public static readonly IReadOnlyList<string> EnCompanies =
    [
        "Northgate Cloud Brasil Ltda.", "Halcyon Foods do Brasil S.A.", "Brightwater Analytics Ltda.", "Meridian Freight Services Ltda.",
        "Copperfield Industrial S.A.", "Juniper & Lane Advisory Ltda.", "Silverline Health Partners S.A.", "Redwood Retail Group S.A.",
        "Evergreen Facilities Ltda.", "Palisade Insurance Brasil S.A.", "Kestrel Software Brasil Ltda.", "Summit Road Properties S.A.",
        "Blue Harbour Shipping Ltda.", "Orchard Street Media Ltda.", "Castleton Components Ltda.", "Fairmont Diagnostics S.A.",
        "Granite Peak Mining S.A.", "Lakeshore Education Ltda.", "Vantage Point Research Ltda.", "Amberley Cosmetics S.A.",
        "Tidewater Energy Brasil S.A.", "Foxglove Pharmaceuticals Ltda.",
    ];

    public static readonly IReadOnlyList<string> PtPeople =
    [
        "Helena Prado Siqueira", "Otávio Nunes Barroso", "Beatriz Camargo Leal", "Renato Fontes Aguiar", "Lívia Moreira Castanho",
        "Caio Teles Bittencourt", "Marina Duarte Falcão", "Sérgio Lacerda Pinho", "Tainá Rocha Vilela", "Álvaro Quintela Reis",
        "Dora Menezes Arruda", "Júlio Paranhos Sá", "Cecília Brandão Mattos", "Wagner Coutinho Rios",
    ];

    public static readonly IReadOnlyList<string> EnPeople =
    [
        "Eleanor Whitfield", "Marcus Thornbury", "Ana Paula Kessler", "Jonathan Reeves", "Priya Raman", "Gustavo Hartmann",
        "Sophie Lindqvist", "Daniel Okafor", "Camila Stone", "Robert Ashdown", "Naomi Pereira", "Thomas Vidal",
    ];

    public static readonly IReadOnlyList<string> PtCities =
    [
        "São Paulo/SP", "Curitiba/PR", "Recife/PE", "Belo Horizonte/MG", "Porto Alegre/RS", "Campinas/SP", "Salvador/BA",
        "Fortaleza/CE", "Goiânia/GO", "Florianópolis/SC", "Vitória/ES", "Joinville/SC", "Manaus/AM", "Ribeirão Preto/SP",
    ];

    public static readonly IReadOnlyList<string> EnCities =
        ["São Paulo", "Rio de Janeiro", "Curitiba", "Belo Horizonte", "Campinas", "Porto Alegre", "Recife", "Brasília", "Santos"];

    public static readonly IReadOnlyList<string> PtStreets =
    [
        "Rua das Acácias", "Avenida Marechal Floriano", "Rua Barão do Serro", "Alameda dos Jequitibás", "Avenida Beira Canal",
        "Rua Coronel Tobias", "Travessa do Comércio", "Rodovia BR-999, km 12, lote", "Rua Dona Firmina", "Avenida das Indústrias",
    ];

    public static readonly IReadOnlyList<string> EnStreets =
    [
        "Avenida Paulo Freire", "Rua do Mercado Novo", "Avenida dos Bandeirantes Velhos", "Rua Quinze de Abril", "Alameda Rio Pardo",
        "Rua Visconde de Itaúna", "Avenida Costa Leste", "Rua Padre Anselmo",
    ];

    public static readonly IReadOnlyList<string> Domains =
        ["exemplo.com.br", "empresa.example", "grupo.example", "parceiros.example"];

    public static readonly IReadOnlyList<string> PtMonths =
    [
        "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
    ];

    public static readonly IReadOnlyList<string> EnMonths =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ];
}
