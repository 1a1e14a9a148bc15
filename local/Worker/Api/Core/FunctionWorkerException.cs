namespace Microsoft.Azure.Functions.Worker;

/// <summary>The host could not run a function.</summary>
public class FunctionWorkerException : Exception
{
    /// <summary>An error with its message.</summary>
    /// <param name="message">What went wrong, and with what.</param>
    public FunctionWorkerException(string message) : base(message)
    {
    }

    /// <summary>An error with its message and cause.</summary>
    /// <param name="message">What went wrong, and with what.</param>
    /// <param name="innerException">The cause.</param>
    public FunctionWorkerException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

/// <summary>A function's parameter could not be bound.</summary>
public class FunctionInputConverterException : FunctionWorkerException
{
    /// <summary>An error with its message.</summary>
    /// <param name="message">Which parameter, and why.</param>
    public FunctionInputConverterException(string message) : base(message)
    {
    }

    /// <summary>An error with its message and cause.</summary>
    /// <param name="message">Which parameter, and why.</param>
    /// <param name="innerException">The cause.</param>
    public FunctionInputConverterException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
