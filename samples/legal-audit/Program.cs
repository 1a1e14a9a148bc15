using LegalAudit.Driver;

return await CommandLine.Create().Parse(args).InvokeAsync();
