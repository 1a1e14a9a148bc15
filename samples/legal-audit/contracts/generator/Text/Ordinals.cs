namespace ContractGenerator.Text;

/// <summary>Numbers of clauses: Portuguese ordinals and Roman numerals, both up to 99.</summary>
internal static class Ordinals
{
    private static readonly string[] Units =
        ["", "primeira", "segunda", "terceira", "quarta", "quinta", "sexta", "sétima", "oitava", "nona"];

    private static readonly string[] Tens =
    [
        "", "décima", "vigésima", "trigésima", "quadragésima", "quinquagésima", "sexagésima", "septuagésima", "octogésima",
        "nonagésima",
    ];

    private static readonly (int Value, string Sign)[] RomanSigns =
        [(90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];

    public static string Feminine(int n) => $"{Tens[n / 10]} {Units[n % 10]}".Trim();

    public static string Masculine(int n) =>
        string.Join(' ', Feminine(n).Split(' ').Select(w => w[..^1] + "o"));

    public static string Roman(int n)
    {
        var result = "";
        foreach (var (value, sign) in RomanSigns)
        {
            for (; n >= value; n -= value) result += sign;
        }

        return result;
    }
}
