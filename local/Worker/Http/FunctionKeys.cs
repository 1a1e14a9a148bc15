using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Local.Worker.Http;

/// <summary>
/// The keys of the settings <c>FunctionKeys</c>: <c>master</c> opens everything, <c>system</c> the durable management routes,
/// any other name HTTP functions of the level Function. Without keys everything is open, as with Core Tools.
/// </summary>
internal sealed class FunctionKeys
{
    private const string Header = "x-functions-key";
    private const string Parameter = "code";

    private readonly string? master;
    private readonly string[] function;

    public FunctionKeys(IConfiguration configuration)
    {
        var keys = configuration.GetSection("FunctionKeys").GetChildren()
            .Where(key => !string.IsNullOrEmpty(key.Value))
            .ToDictionary(key => key.Key, key => key.Value!, StringComparer.OrdinalIgnoreCase);
        master = keys.GetValueOrDefault("master");
        System = keys.GetValueOrDefault("system");
        function = [.. keys.Where(key => !IsReserved(key.Key)).Select(key => key.Value)];
        AreRequired = keys.Count > 0;
    }

    public bool AreRequired { get; }

    /// <summary>The key of the durable management routes, if one is set.</summary>
    public string? System { get; }

    public bool Admit(HttpRequest request, AuthorizationLevel level) => !AreRequired || level switch
    {
        AuthorizationLevel.Anonymous or AuthorizationLevel.User => true,
        AuthorizationLevel.Function => IsAny(request, [.. function, master]),
        AuthorizationLevel.System => IsAny(request, [System, master]),
        AuthorizationLevel.Admin => IsAny(request, [master]),
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "There is no such level."),
    };

    private static bool IsReserved(string name) =>
        name.Equals("master", StringComparison.OrdinalIgnoreCase) || name.Equals("system", StringComparison.OrdinalIgnoreCase);

    private static bool IsAny(HttpRequest request, string?[] keys)
    {
        var given = request.Headers[Header].FirstOrDefault() ?? request.Query[Parameter].FirstOrDefault();
        return given is not null && keys.Any(key => key is not null && AreEqual(given, key));
    }

    private static bool AreEqual(string given, string key) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
