using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace LogisticsStorm.Driver.Hosting;

/// <summary>The app's price table, with a limit on the calls that its models take at the same time.</summary>
internal static class LimitedModels
{
    private const string File = "models.yaml";

    /// <summary>Writes the table.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="mostCalls">Most calls of each model at the same time.</param>
    /// <returns>The table's path.</returns>
    public static string Write(string folder, int mostCalls)
    {
        var table = new YamlStream();
        using (var shipped = System.IO.File.OpenText(Path.Combine(AppContext.BaseDirectory, "definitions", File)))
        {
            table.Load(shipped);
        }

        foreach (var model in ((YamlSequenceNode)table.Documents[0].RootNode["models"]).Cast<YamlMappingNode>())
        {
            model.Add("deployments", new YamlSequenceNode(new YamlMappingNode(
                "name", $"{(string)model["name"]!}-of-the-storm",
                "maxConcurrentCalls", mostCalls.ToString(CultureInfo.InvariantCulture))));
        }

        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, File);
        using var written = System.IO.File.CreateText(path);
        table.Save(written, assignAnchors: false);
        return path;
    }
}
