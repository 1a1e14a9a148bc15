using AgentFunctions.Replay;

return await CommandLine.RunAsync(args, Console.Out, Console.Error);
