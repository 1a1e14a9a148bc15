using LegalAudit.Driver;

return await CommandLine.RunAsync(args);
