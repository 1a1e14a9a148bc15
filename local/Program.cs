using System.Reflection;

var app = Assembly.GetExecutingAssembly()
    .GetCustomAttributes<AssemblyMetadataAttribute>()
    .Single(attribute => attribute.Key == "FunctionApp").Value!;

var entryPoint = Assembly.Load(app).EntryPoint
    ?? throw new InvalidOperationException($"The function app '{app}' has no entry point.");

switch (entryPoint.Invoke(null, [args]))
{
    case Task<int> exitCode:
        return await exitCode;
    case Task task:
        await task;
        return 0;
    case int exitCode:
        return exitCode;
    default:
        return 0;
}
