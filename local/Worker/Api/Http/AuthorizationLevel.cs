namespace Microsoft.Azure.Functions.Worker;

/// <summary>Who may call an HTTP function.</summary>
public enum AuthorizationLevel
{
    /// <summary>Anyone.</summary>
    Anonymous = 0,

    /// <summary>A signed-in user. The host checks nothing, as on Azure.</summary>
    User = 1,

    /// <summary>A caller with a function key or the master key.</summary>
    Function = 2,

    /// <summary>A caller with a system key or the master key.</summary>
    System = 3,

    /// <summary>A caller with the master key.</summary>
    Admin = 4,
}
