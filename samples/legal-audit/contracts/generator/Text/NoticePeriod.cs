namespace ContractGenerator.Text;

/// <summary>One notice period in one of the ways contracts write it.</summary>
/// <param name="Days">The period in days; a month counts as 30.</param>
/// <param name="Form">
/// <c>dw</c> digits (words), <c>wd</c> words (digits), <c>w</c> words, <c>d</c> digits, <c>m</c> months in words,
/// <c>dm</c> months as digits (words), <c>c</c> digits (words) calendar days.
/// </param>
internal sealed record NoticePeriod(int Days, string Form)
{
    public string In(string language) => language == "pt" ? Portuguese() : English();

    private string Portuguese() => Form switch
    {
        "dw" => $"{Days} ({NumberWords.Portuguese(Days)}) dias",
        "wd" => $"{NumberWords.Portuguese(Days)} ({Days}) dias",
        "w" => $"{NumberWords.Portuguese(Days)} dias",
        "d" => $"{Days} dias",
        "c" => $"{Days} ({NumberWords.Portuguese(Days)}) dias corridos",
        "m" => $"{NumberWords.Portuguese(Months)} {(Months == 1 ? "mês" : "meses")}",
        "dm" => $"{Months} ({NumberWords.Portuguese(Months)}) {(Months == 1 ? "mês" : "meses")}",
        _ => throw Unknown(),
    };

    private string English() => Form switch
    {
        "dw" => $"{Days} ({NumberWords.English(Days)}) days",
        "wd" => $"{NumberWords.English(Days)} ({Days}) days",
        "w" => $"{NumberWords.English(Days)} days",
        "d" => $"{Days} days",
        "c" => $"{NumberWords.English(Days)} ({Days}) calendar days",
        "m" => $"{NumberWords.English(Months)} {(Months == 1 ? "month" : "months")}",
        "dm" => $"{Months} ({NumberWords.English(Months)}) {(Months == 1 ? "month" : "months")}",
        _ => throw Unknown(),
    };

    private int Months => Days % 30 == 0
        ? Days / 30
        : throw new InvalidOperationException($"A notice of {Days} days is not a whole number of months.");

    private InvalidOperationException Unknown() => new($"Unknown notice form '{Form}'.");
}
