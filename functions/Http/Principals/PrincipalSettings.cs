using Microsoft.Extensions.Configuration;

namespace AgentFunctions.Http.Principals;

/// <summary>Who vouches for the callers.</summary>
public enum PrincipalSource
{
    /// <summary>Nobody: callers say themselves who they are, and belong to no group.</summary>
    None,

    /// <summary>The platform's authentication (Easy Auth), by the header <c>X-MS-CLIENT-PRINCIPAL</c>, which it takes from nobody else.</summary>
    EasyAuth,

    /// <summary>Nobody, but callers may play principals with groups, by the header <c>X-Development-Principal</c>. Never in Azure.</summary>
    Development,
}

/// <summary>Where principals come from.</summary>
/// <param name="Source">Who vouches for the callers.</param>
public sealed record PrincipalSettings(PrincipalSource Source)
{
    private const string Setting = "Principals:Source";

    /// <summary>What the platform sets where the app runs in Azure.</summary>
    private static readonly string[] OfThePlatform = ["WEBSITE_SITE_NAME", "WEBSITE_INSTANCE_ID", "CONTAINER_APP_NAME"];

    /// <summary>
    /// Reads <c>Principals:Source</c> (<c>none</c>, <c>easyAuth</c>, <c>development</c>). Without it principals are those of Easy Auth
    /// where the platform says by <c>WEBSITE_AUTH_ENABLED</c> that it is on, and there are none otherwise. Where it is not on, anybody could
    /// send the header, so that <c>easyAuth</c> is refused then.
    /// </summary>
    /// <param name="configuration">The app's settings.</param>
    /// <exception cref="InvalidOperationException">The value is unknown, or does not go with what the platform says.</exception>
    public static PrincipalSettings From(IConfiguration configuration)
    {
        var isEasyAuthOn = string.Equals(configuration["WEBSITE_AUTH_ENABLED"], "true", StringComparison.OrdinalIgnoreCase);
        var source = configuration[Setting] switch
        {
            null or "" => isEasyAuthOn ? PrincipalSource.EasyAuth : PrincipalSource.None,
            "none" when !isEasyAuthOn => PrincipalSource.None,
            "easyAuth" when isEasyAuthOn => PrincipalSource.EasyAuth,
            "easyAuth" => throw new InvalidOperationException(
                $"The setting {Setting} is easyAuth, but the platform's authentication is off (WEBSITE_AUTH_ENABLED): anybody could send the header."),
            "development" when !isEasyAuthOn && Array.TrueForAll(OfThePlatform, name => string.IsNullOrEmpty(configuration[name])) =>
                PrincipalSource.Development,
            "none" or "development" => throw new InvalidOperationException(
                $"The setting {Setting} must be easyAuth here: the platform authenticates callers, or the app runs in Azure."),
            _ => throw new InvalidOperationException($"The setting {Setting} must be none, easyAuth or development."),
        };
        return new PrincipalSettings(source);
    }
}
