using LogisticsStorm.Driver;
using LogisticsStorm.Driver.Hosting;

return args is [ServedApp.Verb, .. var settings]
    ? await ServedApp.RunAsync(settings)
    : await CommandLine.RunAsync(args);
