using AgentFunctions.Replay;

return await CommandLine.Create(Console.Out, Console.Error).Parse(args).InvokeAsync();
