using System.Net;
using AgentFunctions.Networking;

namespace AgentFunctions.Tests.Networking;

public class AddressRulesTests
{
    [Theory]
    [InlineData("93.184.216.34")]
    [InlineData("8.8.8.8")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    public void Public_addresses_are_allowed(string address) => Assert.True(AddressRules.IsAllowed(IPAddress.Parse(address), allowPrivate: false));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    public void Private_addresses_are_allowed_where_the_settings_say_so_only(string address)
    {
        Assert.False(AddressRules.IsAllowed(IPAddress.Parse(address), allowPrivate: false));
        Assert.True(AddressRules.IsAllowed(IPAddress.Parse(address), allowPrivate: true));
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("168.63.129.16")]
    [InlineData("100.100.100.200")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("255.255.255.255")]
    [InlineData("239.1.1.1")]
    [InlineData("ff02::1")]
    public void Where_machines_get_their_credentials_is_never_allowed(string address) =>
        Assert.False(AddressRules.IsAllowed(IPAddress.Parse(address), allowPrivate: true));

    [Theory]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("64:ff9b::a00:1")]
    public void Addresses_that_lead_elsewhere_are_not_public(string address) =>
        Assert.False(AddressRules.IsAllowed(IPAddress.Parse(address), allowPrivate: false));
}
