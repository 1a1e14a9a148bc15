namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where a function app begins.</summary>
public class FunctionsApplication
{
    /// <summary>A builder with the host's defaults: settings from <c>local.settings.json</c>, the environment and the arguments.</summary>
    /// <param name="args">The command line, for example <c>--urls http://127.0.0.1:7071</c>.</param>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args);
}
