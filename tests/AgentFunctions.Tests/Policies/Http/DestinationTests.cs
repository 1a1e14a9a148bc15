using System.Net;
using AgentFunctions.Agents;
using AgentFunctions.Policies;
using AgentFunctions.Policies.Http;
using AgentFunctions.Yaml;

namespace AgentFunctions.Tests.Policies.Http;

public sealed class DestinationTests
{
    [Theory]
    [InlineData("api.example.com", "https://api.example.com/x", true)]
    [InlineData("api.example.com", "https://API.EXAMPLE.com./x", true)]
    [InlineData("api.example.com", "http://api.example.com/x", false)]
    [InlineData("api.example.com", "https://api.example.com:8443/", false)]
    [InlineData("api.example.com", "https://api.example.com.evil.com/", false)]
    [InlineData("api.example.com", "https://evilapi.example.com/", false)]
    [InlineData("http://api.example.com:8080", "http://api.example.com:8080/", true)]
    [InlineData("*.example.com", "https://a.b.example.com/", true)]
    [InlineData("*.example.com", "https://example.com/", false)]
    [InlineData("*.example.com", "https://evilexample.com/", false)]
    [InlineData("*", "https://anything.org/", true)]
    [InlineData("api.example.com/v1", "https://api.example.com/v1", true)]
    [InlineData("api.example.com/v1/", "https://api.example.com/v1/a?b=c", true)]
    [InlineData("api.example.com/v1", "https://api.example.com/v10", false)]
    [InlineData("api.example.com/v1", "https://api.example.com/v1/../admin", false)]
    [InlineData("api.example.com/v1", "https://api.example.com/v1/%2e%2e/admin", false)]
    [InlineData("api.example.com/v1", "https://api.example.com/v1/..%2fadmin", false)]
    [InlineData("api.example.com/v1", "https://api.example.com/v1/..%5cadmin", false)]
    [InlineData("api.example.com/v1", "https://api.example.com/v1\\..\\admin", false)]
    [InlineData("bücher.example", "https://xn--bcher-kva.example/", true)]
    [InlineData("http://127.0.0.1", "http://2130706433/", true)]
    [InlineData("http://127.0.0.1", "http://0x7f.1/", true)]
    [InlineData("http://[::1]:80", "http://[0:0:0:0:0:0:0:1]/", true)]
    public void A_URL_is_one_of_them_or_not(string destination, string url, bool matches)
    {
        var read = WebUrl.Read(url, out var problem);
        Assert.True(read is not null, problem);
        Assert.Equal(matches, Read($"allow: ['{destination}']").Allow.Single().Matches(read));
    }

    [Theory]
    [InlineData("https://user:secret@api.example.com/")]
    [InlineData("ftp://api.example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("//api.example.com/")]
    [InlineData("/etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http://")]
    public void What_is_no_plain_web_URL_is_refused(string url) => Assert.Null(WebUrl.Read(url, out _));

    [Theory]
    [InlineData("allow: ['ftp://a.example']", "http[0].allow[0]")]
    [InlineData("allow: ['a.example?x=1']", "http[0].allow[0]")]
    [InlineData("allow: ['a*.example']", "http[0].allow[0]")]
    [InlineData("allow: ['*a.example']", "http[0].allow[0]")]
    [InlineData("allow: ['user@a.example']", "http[0].allow[0]")]
    [InlineData("private: [10.0.0.0/8]", "http[0]")]
    [InlineData("deny: [a.example], private: [10.0.0.0/8]", "http[0]")]
    [InlineData("allow: [a.example], private: [10.0.0.1/8]", "http[0].private[0]")]
    [InlineData("allow: [a.example], private: [intranet]", "http[0].private[0]")]
    public void A_wrong_rule_is_refused_at_its_field(string rule, string field) =>
        Assert.Equal(field, Assert.Throws<DefinitionException>(() => Read(rule)).Field);

    [Fact]
    public void What_is_denied_stays_denied_and_the_rule_is_named()
    {
        var policy = Policy("http: [{name: all, allow: ['*']}, {name: not-there, deny: ['*.evil.example']}]");

        Assert.Null(HttpPolicy.CheckUrl(policy, "clerk", new Uri("https://good.example/")));
        Assert.Equal("not-there", HttpPolicy.CheckUrl(policy, "clerk", new Uri("https://a.evil.example/"))!.Policy.Rule);
        Assert.Equal("all", HttpPolicy.CheckUrl(policy, "clerk", new Uri("http://good.example/"))!.Policy.Rule);
        Assert.Equal("http", HttpPolicy.CheckUrl(Policy("description: d"), "clerk", new Uri("https://good.example/"))!.Policy.Rule);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fc00::1")]
    [InlineData("ff02::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    public void An_address_that_is_not_public_must_be_named(string address)
    {
        var parsed = IPAddress.Parse(address);
        var range = parsed.IsIPv4MappedToIPv6 ? $"{parsed.MapToIPv4()}" : address;
        var named = Policy($"http: [{{name: n, allow: [api.example.com], private: ['{range}']}}]");

        Assert.False(HttpPolicy.AllowsAddress(Policy("http: [{name: n, allow: [api.example.com]}]"), "clerk", "api.example.com", 443, parsed));
        Assert.True(HttpPolicy.AllowsAddress(named, "clerk", "api.example.com", 443, parsed));
        Assert.False(HttpPolicy.AllowsAddress(named, "clerk", "other.example.com", 443, parsed));
        Assert.False(HttpPolicy.AllowsAddress(named, "clerk", "api.example.com", 444, parsed));
    }

    [Fact]
    public void An_address_in_the_place_of_a_host_names_itself()
    {
        var policy = Policy("http: [{name: n, allow: ['http://127.0.0.1:8080']}]");

        Assert.True(HttpPolicy.AllowsAddress(policy, "clerk", "127.0.0.1", 8080, IPAddress.Loopback));
        Assert.False(HttpPolicy.AllowsAddress(policy, "clerk", "127.0.0.1", 8080, IPAddress.Parse("127.0.0.2")));
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("2606:4700::1111")]
    public void A_public_address_needs_no_name(string address) => Assert.True(
        HttpPolicy.AllowsAddress(Policy("http: [{name: n, allow: ['*']}]"), "clerk", "api.example.com", 443, IPAddress.Parse(address)));

    private static HttpRule Read(string rule) => Policy($"http: [{{name: r, {rule}}}]").Policy.Http.Single();

    private static PolicySnapshot Policy(string rules) => PolicyReader.Read(YamlFile.Parse("test.yaml", $"name: p\n{rules}")).Snapshot;
}
