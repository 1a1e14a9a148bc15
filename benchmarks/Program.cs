using AgentFunctions.Benchmarks;

return await CommandLine.RunAsync(args);
