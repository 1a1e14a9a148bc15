namespace ContractGenerator.Compose;

/// <summary>One line of <c>contracts.yaml</c>: what a contract of the corpus is made of.</summary>
internal sealed class ContractSpec
{
    public string File { get; set; } = "";

    public string Lang { get; set; } = "pt";

    public string Type { get; set; } = "";

    public string Style { get; set; } = "";

    /// <summary>Words to reach before the composer stops adding topics.</summary>
    public int Words { get; set; }

    /// <summary>Days and form of the notice period, as <c>60 dw</c>; see <see cref="Text.NoticePeriod"/>.</summary>
    public string? Notice { get; set; }

    /// <summary>A second, other period, for contracts that contradict themselves.</summary>
    public string? Notice2 { get; set; }

    /// <summary>Clauses that stand in a section of their own.</summary>
    public List<string> Termination { get; set; } = [];

    /// <summary>Topic to clause: the clause's paragraphs stand at the end of that topic's section, under its heading.</summary>
    public Dictionary<string, string> Hidden { get; set; } = [];

    public List<string> Lgpd { get; set; } = [];

    /// <summary>Where the data protection paragraphs stand: <c>section</c>, <c>scattered</c>, <c>annex</c> or <c>split</c>.</summary>
    public string Place { get; set; } = "section";

    /// <summary>Prefers paragraphs that answer several items at once.</summary>
    public bool Dense { get; set; }

    public List<string> Negated { get; set; } = [];

    public int Mentions { get; set; }

    /// <summary>Further sections by clause id: decoys, injections, tables.</summary>
    public List<string> Extra { get; set; } = [];

    /// <summary><c>wrap</c>, <c>hyphen</c>, <c>headers</c>, <c>ocr</c>, <c>noaccents</c>.</summary>
    public List<string> Noise { get; set; } = [];

    public List<string> Hard { get; set; } = [];

    /// <summary><c>empty</c> or <c>garbage</c>: a file without a readable text, instead of a contract.</summary>
    public string? Unreadable { get; set; }
}
