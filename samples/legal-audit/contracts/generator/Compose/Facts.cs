using System.Globalization;
using ContractGenerator.Text;

namespace ContractGenerator.Compose;

/// <summary>Names, places, dates and amounts of one contract. All of them are invented.</summary>
internal static class Facts
{
    public static Dictionary<string, string> For(ContractSpec spec, Dice dice)
    {
        var roles = ContractTypes.Roles(spec.Lang, spec.Type);
        var companies = dice.Shuffle(spec.Lang == "pt" ? FactPools.PtCompanies : FactPools.EnCompanies);
        var people = dice.Shuffle(spec.Lang == "pt" ? FactPools.PtPeople : FactPools.EnPeople);
        var cities = dice.Shuffle(spec.Lang == "pt" ? FactPools.PtCities : FactPools.EnCities);
        var streets = dice.Shuffle(spec.Lang == "pt" ? FactPools.PtStreets : FactPools.EnStreets);
        var months = dice.Pick([12, 18, 24, 30, 36, 48, 60]);
        var amount = (dice.Next(180) + 12) * 500;
        var day = dice.Next(27) + 1;
        var month = dice.Next(12);
        var year = 2021 + dice.Next(5);
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["P"] = roles.Provider,
            ["C"] = roles.Client,
            ["provider"] = companies[0],
            ["client"] = companies[1],
            ["third"] = companies[2],
            ["person1"] = people[0],
            ["person2"] = people[1],
            ["person3"] = people[2],
            ["person4"] = people[3],
            ["city"] = cities[0],
            ["city2"] = cities[1],
            ["street1"] = streets[0] + ", " + (dice.Next(2900) + 10).ToString(CultureInfo.InvariantCulture),
            ["street2"] = streets[1] + ", " + (dice.Next(2900) + 10).ToString(CultureInfo.InvariantCulture),
            ["cnpj1"] = Cnpj(dice),
            ["cnpj2"] = Cnpj(dice),
            ["cpf1"] = Cpf(dice),
            ["cpf2"] = Cpf(dice),
            ["number"] = $"{dice.Next(900) + 100}/{year}",
            ["domain"] = dice.Pick(["contratos", "juridico", "gestao", "suprimentos"]) + "@" + dice.Pick(FactPools.Domains),
            ["date"] = Date(spec.Lang, day, month, year),
            ["term"] = Months(spec.Lang, months),
            ["amount"] = Money(spec.Lang, amount),
            ["amount2"] = Money(spec.Lang, amount * months),
            ["smallamount"] = Money(spec.Lang, (dice.Next(40) + 4) * 250),
        };
        if (spec.Notice is not null) values["notice"] = Answers.Period(spec.Notice).In(spec.Lang);
        if (spec.Notice2 is not null) values["notice2"] = Answers.Period(spec.Notice2).In(spec.Lang);
        return values;
    }

    private static string Date(string language, int day, int month, int year) => language == "pt"
        ? $"{day} de {FactPools.PtMonths[month]} de {year}"
        : $"{FactPools.EnMonths[month]} {day}, {year}";

    private static string Months(string language, int months) => language == "pt"
        ? $"{months} ({NumberWords.Portuguese(months)}) meses"
        : $"{NumberWords.English(months)} ({months}) months";

    private static string Money(string language, int amount)
    {
        var grouped = amount.ToString("#,##0", CultureInfo.InvariantCulture);
        return language == "pt"
            ? $"R$ {grouped.Replace(',', '.')},00 ({NumberWords.Portuguese(amount)} reais)"
            : $"BRL {grouped}.00 ({NumberWords.English(amount)} Brazilian reais)";
    }

    private static string Cnpj(Dice dice) =>
        $"{dice.Next(90) + 10}.{dice.Next(900) + 100}.{dice.Next(900) + 100}/0001-{dice.Next(90) + 10}";

    private static string Cpf(Dice dice) =>
        $"{dice.Next(900) + 100}.{dice.Next(900) + 100}.{dice.Next(900) + 100}-{dice.Next(90) + 10}";
}
