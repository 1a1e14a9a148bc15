using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Infra.Tests.Settings;

/// <summary>A configuration that remembers what is asked of it.</summary>
internal sealed class RecordingConfiguration : IConfiguration
{
    private readonly Recorder recorder;
    private readonly IConfigurationRoot root;

    /// <summary>Creates it.</summary>
    /// <param name="values">What is set, with colons.</param>
    public RecordingConfiguration(IReadOnlyDictionary<string, string> values)
    {
        recorder = new Recorder(values);
        root = new ConfigurationRoot([recorder]);
    }

    /// <summary>The keys whose values were read.</summary>
    public IReadOnlyCollection<string> Read => recorder.Read;

    /// <summary>The sections whose children were listed: their names are the user's.</summary>
    public IReadOnlyCollection<string> Listed => recorder.Listed;

    /// <inheritdoc />
    public string? this[string key]
    {
        get => root[key];
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public IConfigurationSection GetSection(string key) => root.GetSection(key);

    /// <inheritdoc />
    public IEnumerable<IConfigurationSection> GetChildren() => root.GetChildren();

    /// <inheritdoc />
    public IChangeToken GetReloadToken() => root.GetReloadToken();

    private sealed class Recorder : ConfigurationProvider
    {
        public Recorder(IReadOnlyDictionary<string, string> values) =>
            Data = values.ToDictionary(each => each.Key, each => (string?)each.Value, StringComparer.OrdinalIgnoreCase);

        public HashSet<string> Read { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Listed { get; } = new(StringComparer.Ordinal);

        public override bool TryGet(string key, out string? value)
        {
            Read.Add(key);
            return base.TryGet(key, out value);
        }

        public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath)
        {
            Listed.Add(parentPath ?? "");
            return base.GetChildKeys(earlierKeys, parentPath);
        }
    }
}
