using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AgentFunctions.Policies.Data;
using FsCheck.Xunit;

namespace AgentFunctions.Tests.Policies.Data;

public sealed class RedactorTests
{
    private static readonly Redactor All = new(Detectors.BuiltIn.Values);

    [Theory]
    [InlineData("Maria, CPF 529.982.247-25.", "Maria, CPF [redacted:cpf].")]
    [InlineData("CNPJ 11.222.333/0001-81;", "CNPJ [redacted:cnpj];")]
    [InlineData("to maria.silva+x@correio.com.br!", "to [redacted:email]!")]
    [InlineData("key AKIAIOSFODNN7EXAMPLE.", "key [redacted:keys].")]
    [InlineData("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[redacted:keys]")]
    [InlineData("sk-proj-abcdefghijklmnop1234", "[redacted:keys]")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "[redacted:keys]")]
    [InlineData("Authorization: Bearer abc.def-ghi_jkl", "Authorization: [redacted:keys]")]
    [InlineData("AccountName=x;AccountKey=abcDEF123+/==;End", "AccountName=x;[redacted:keys];End")]
    [InlineData("the password is: no, password: hunter2, really", "the password is: no, [redacted:keys], really")]
    [InlineData("""{"api_key":"abcd1234"}""", """{"[redacted:keys]"}""")]
    [InlineData("https://x.blob.example/a?sv=1&sig=abcdefghijklmnop%3D", "https://x.blob.example/a?sv=1[redacted:keys]")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----", "[redacted:keys]")]
    [InlineData("no secrets: the token budget is 2000, run-0123456789abcdef0123456789abcdef", "no secrets: the token budget is 2000, run-0123456789abcdef0123456789abcdef")]
    public void A_text_keeps_everything_but_what_is_found(string text, string redacted) => Assert.Equal(redacted, All.Text(text));

    [Fact]
    public void JSON_is_redacted_in_its_texts_numbers_and_names_and_keeps_its_shape()
    {
        var json = JsonNode.Parse(
            """{"a":["529.982.247-25",1,null,true],"n":52998224725,"529.982.247-25":1,"52998224725":2,"password":"x","user":{"apiKey":"y","client_secret":7}}""");

        Assert.Equal(
            """{"a":["[redacted:cpf]",1,null,true],"n":"[redacted:cpf]","[redacted:cpf]":1,"[redacted:cpf]#2":2,"password":"[redacted:keys]","user":{"apiKey":"[redacted:keys]","client_secret":7}}""",
            All.Json(json)!.ToJsonString());
    }

    [Fact]
    public void A_text_that_only_begins_like_a_redaction_hides_nothing() =>
        Assert.Equal("[redacted: [redacted:cpf]", All.Text("[redacted: 529.982.247-25"));

    [Fact]
    public void What_cannot_be_searched_in_time_is_redacted_as_a_whole()
    {
        var impatient = new Detector("slow", _ => throw new RegexMatchTimeoutException());
        Assert.Equal("[redacted:slow]", new Redactor([impatient]).Text("anything"));
    }

    [Property(MaxTest = 500)]
    public bool Redacting_twice_changes_nothing_more(string?[] parts)
    {
        string[] known = ["529.982.247-25", " a@b.co ", "password=hunter2!", "[redacted:cpf]", "11222333000181", "[", "]"];
        var text = string.Concat(parts.Select((part, index) => part + known[index % known.Length]));
        var once = All.Text(text);
        return All.Text(once) == once;
    }
}
