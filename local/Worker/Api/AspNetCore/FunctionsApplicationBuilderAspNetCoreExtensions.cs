namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>ASP.NET Core integration of a function app.</summary>
public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    /// <summary>Lets HTTP functions take and return ASP.NET Core's types.</summary>
    /// <param name="builder">The app's builder.</param>
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder)
    {
        builder.AddWebApplication();
        return builder;
    }
}
