using System.Globalization;
using AgentFunctions.Policies.Data;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Policies.Data;

public sealed class TaxNumberTests
{
    [Theory]
    [InlineData("529.982.247-25")]
    [InlineData("52998224725")]
    [InlineData("529 982 247 25")]
    [InlineData("529.982.247\u201125")]
    [InlineData("\uFF15\uFF12\uFF19.982.247-25")]
    [InlineData("529\u200B.982.247-25")]
    [InlineData("5\u200B2998224725")]
    public void A_CPF_is_found_however_it_is_written(string cpf) => Assert.Equal([cpf, cpf], Found(TaxNumbers.Cpfs, $"CPF:{cpf}, ({cpf})."));

    [Theory]
    [InlineData("529.982.247-24")]
    [InlineData("111.111.111-11")]
    [InlineData("152998224725")]
    [InlineData("529982247251")]
    [InlineData("a52998224725")]
    [InlineData("52998224725b")]
    [InlineData("529..982.247-25")]
    [InlineData("52-9982247.25")]
    public void What_is_no_CPF_is_left_alone(string text) => Assert.Empty(Found(TaxNumbers.Cpfs, text));

    [Theory]
    [InlineData("11.222.333/0001-81")]
    [InlineData("11222333000181")]
    [InlineData("12.ABC.345/01DE-35")]
    [InlineData("12ABC34501DE35")]
    public void A_CNPJ_is_found_with_digits_and_with_letters(string cnpj) => Assert.Equal([cnpj], Found(TaxNumbers.Cnpjs, $"({cnpj})"));

    [Theory]
    [InlineData("11.222.333/0001-82")]
    [InlineData("00.000.000/0000-00")]
    [InlineData("12.abc.345/01de-35")]
    [InlineData("12.ABC.345/01DE-3X")]
    public void What_is_no_CNPJ_is_left_alone(string text) => Assert.Empty(Found(TaxNumbers.Cnpjs, text));

    [Fact]
    public void The_first_of_two_numbers_may_be_none() => Assert.Equal(["529.982.247-25"], Found(TaxNumbers.Cpfs, "100 529.982.247-25"));

    [Property(MaxTest = 500)]
    public bool Of_all_check_digits_exactly_one_pair_makes_a_CPF(int seed)
    {
        var body = Math.Abs((long)seed * 7919 % 1_000_000_000).ToString("D9", CultureInfo.InvariantCulture);
        return body.Distinct().Count() == 1
            || Enumerable.Range(0, 100).Count(check => TaxNumbers.Cpfs($"{body}{check:D2}").Any()) == 1;
    }

    [Property(MaxTest = 500)]
    public bool Any_text_is_searched(string? text) =>
        TaxNumbers.Cpfs(text ?? "").Count() + TaxNumbers.Cnpjs(text ?? "").Count() >= 0;

    private static IEnumerable<string> Found(Func<string, IEnumerable<Range>> find, string text) => find(text).Select(range => text[range]);
}
