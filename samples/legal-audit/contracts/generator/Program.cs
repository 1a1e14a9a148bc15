using System.Reflection;
using System.Text;
using ContractGenerator.Output;

// Writes contracts.zip and manifest.json beside the generator's folder, or into the folder given as argument.
var folder = args.Length > 0
    ? args[0]
    : Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ContractsFolder").Value!;

var corpus = Corpus.Generate();
Console.Write(Summary.Of(corpus));
var problems = Checks.Problems(corpus);
foreach (var problem in problems) await Console.Error.WriteLineAsync(problem);
if (problems.Count > 0) return 1;

Directory.CreateDirectory(folder);
var zip = FixedZip.Write(corpus.Files.Select(f => (f.Entry.File, f.Content)));
await File.WriteAllBytesAsync(Path.Combine(folder, "contracts.zip"), zip);
await File.WriteAllTextAsync(
    Path.Combine(folder, "manifest.json"), ManifestEntry.Json(corpus.Files.Select(f => f.Entry)), new UTF8Encoding(false));
Console.WriteLine($"{zip.Length:N0} bytes in {Path.Combine(folder, "contracts.zip")}");
return 0;
