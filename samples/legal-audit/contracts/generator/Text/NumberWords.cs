namespace ContractGenerator.Text;

/// <summary>Whole numbers from 0 to 999,999,999 in words, as contracts spell them.</summary>
internal static class NumberWords
{
    private static readonly string[] PtUnits =
    [
        "zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez", "onze", "doze", "treze",
        "quatorze", "quinze", "dezesseis", "dezessete", "dezoito", "dezenove",
    ];

    private static readonly string[] PtTens =
        ["", "", "vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa"];

    private static readonly string[] PtHundreds =
    [
        "", "cento", "duzentos", "trezentos", "quatrocentos", "quinhentos", "seiscentos", "setecentos", "oitocentos",
        "novecentos",
    ];

    private static readonly string[] EnUnits =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] EnTens =
        ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    public static string In(string language, int number) => language == "pt" ? Portuguese(number) : English(number);

    public static string Portuguese(int n) => n switch
    {
        < 20 => PtUnits[n],
        < 100 => Join(PtTens[n / 10], n % 10),
        100 => "cem",
        < 1000 => Join(PtHundreds[n / 100], n % 100),
        < 1_000_000 => Thousands(n / 1000 == 1 ? "mil" : Portuguese(n / 1000) + " mil", n % 1000),
        _ => Thousands(n / 1_000_000 == 1 ? "um milhão" : Portuguese(n / 1_000_000) + " milhões", n % 1_000_000),
    };

    public static string English(int n) => n switch
    {
        < 20 => EnUnits[n],
        < 100 => n % 10 == 0 ? EnTens[n / 10] : $"{EnTens[n / 10]}-{EnUnits[n % 10]}",
        < 1000 => n % 100 == 0 ? $"{EnUnits[n / 100]} hundred" : $"{EnUnits[n / 100]} hundred and {English(n % 100)}",
        < 1_000_000 => Rest($"{English(n / 1000)} thousand", n % 1000),
        _ => Rest($"{English(n / 1_000_000)} million", n % 1_000_000),
    };

    private static string Join(string head, int rest) => rest == 0 ? head : $"{head} e {Portuguese(rest)}";

    private static string Thousands(string head, int rest) => rest switch
    {
        0 => head,
        < 100 => $"{head} e {Portuguese(rest)}",
        _ when rest < 1000 && rest % 100 == 0 => $"{head} e {Portuguese(rest)}",
        _ => $"{head}, {Portuguese(rest)}",
    };

    private static string Rest(string head, int rest) => rest == 0 ? head : $"{head}, {English(rest)}";
}
