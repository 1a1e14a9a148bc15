namespace AgentFunctions.Http.OpenApi;

/// <summary>One route with one method, as the API's description shows it.</summary>
/// <param name="Id">The function's name.</param>
/// <param name="Method">The method, lower case.</param>
/// <param name="Path">The route below <c>/api</c>.</param>
/// <param name="Summary">What it does, one sentence.</param>
internal sealed record Operation(string Id, string Method, string Path, string Summary)
{
    /// <summary>Query parameters and headers.</summary>
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>JSON schema of the body by media type; <see langword="null"/> for bytes.</summary>
    public IReadOnlyDictionary<string, string?> Body { get; init; } = new Dictionary<string, string?>();

    /// <summary>Whether the body may be left out.</summary>
    public bool IsBodyOptional { get; init; }

    /// <summary>Statuses of success, with the type of their JSON; <see langword="null"/> for anything else.</summary>
    public required IReadOnlyDictionary<int, Type?> Answers { get; init; }

    /// <summary>Statuses that come as problem documents.</summary>
    public IReadOnlyList<int> Problems { get; init; } = [];
}

/// <summary>A query parameter or header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does.</param>
/// <param name="In"><c>query</c> or <c>header</c>.</param>
internal sealed record Parameter(string Name, string Description, string In = "query");
