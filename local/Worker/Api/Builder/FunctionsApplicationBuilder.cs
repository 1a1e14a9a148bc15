using AgentFunctions.Local.Worker.Hosting;
using AgentFunctions.Local.Worker.Invocation;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Builds a function app's host.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly WebApplicationBuilder web;
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware = [];
    private bool built;

    internal FunctionsApplicationBuilder(string[] args) => web = LocalHostBuilder.Create(args);

    /// <summary>Values that parts of the configuration share.</summary>
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)web).Properties;

    /// <summary>The app's settings.</summary>
    public ConfigurationManager Configuration => web.Configuration;

    IConfigurationManager IHostApplicationBuilder.Configuration => web.Configuration;

    /// <summary>The app's environment.</summary>
    public IHostEnvironment Environment => web.Environment;

    /// <summary>The app's logging.</summary>
    public ILoggingBuilder Logging => web.Logging;

    /// <summary>The app's metrics.</summary>
    public IMetricsBuilder Metrics => web.Metrics;

    /// <summary>The app's services.</summary>
    public IServiceCollection Services => web.Services;

    internal bool IsWebApplication { get; private set; }

    /// <summary>The types in which functions are looked for; those of the app's assemblies when null.</summary>
    internal IReadOnlyList<Type>? FunctionTypes { get; set; }

    /// <summary>Adds a middleware inside those added before.</summary>
    /// <param name="middleware">Wraps the rest of the invocation.</param>
    /// <exception cref="InvalidOperationException">The host is already built.</exception>
    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        RefuseWhenBuilt();
        this.middleware.Add(middleware);
        return this;
    }

    /// <summary>Uses another service container.</summary>
    /// <typeparam name="TContainerBuilder">The container's builder.</typeparam>
    /// <param name="factory">Creates the container.</param>
    /// <param name="configure">Configures it.</param>
    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull =>
        ((IHostApplicationBuilder)web).ConfigureContainer(factory, configure);

    /// <summary>The host: it serves HTTP, runs the durable engine and listens to the triggers once it is started.</summary>
    /// <exception cref="InvalidOperationException">The host is already built, or a function cannot be served; the message names it.</exception>
    public IHost Build()
    {
        RefuseWhenBuilt();
        built = true;
        return LocalHostBuilder.Build(web, new MiddlewarePipeline(middleware), FunctionTypes, IsWebApplication);
    }

    internal void AddWebApplication() => IsWebApplication = true;

    private void RefuseWhenBuilt()
    {
        if (built)
        {
            throw new InvalidOperationException("The application has already been built.");
        }
    }
}
