namespace AgentFunctions;

/// <summary>Why a tool call failed, in the words that models, planners and operators see.</summary>
public enum ToolFailureKind
{
    /// <summary>An unexpected error inside the tool. Retried under the tool's retry policy.</summary>
    Error,

    /// <summary>The arguments do not fit the tool's JSON schema. Never retried with the same arguments.</summary>
    InvalidArguments,

    /// <summary>What the arguments name does not exist. Not retried.</summary>
    NotFound,

    /// <summary>The input exists but cannot be read: empty, damaged, encrypted or of an unknown format. Not retried.</summary>
    Unreadable,

    /// <summary>The tool did not answer within its timeout. Retried.</summary>
    Timeout,

    /// <summary>The tool or what it depends on is down for the moment. Retried.</summary>
    Unavailable,

    /// <summary>The tool refused for load. Retried.</summary>
    RateLimited,

    /// <summary>A policy or the tool itself denies the call. Not retried.</summary>
    Denied,

    /// <summary>What the call was to change has another version than it expected. Not retried with the same arguments.</summary>
    Conflict,
}
