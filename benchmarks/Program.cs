using AgentFunctions.Benchmarks;

return await CommandLine.Create().Parse(args).InvokeAsync();
