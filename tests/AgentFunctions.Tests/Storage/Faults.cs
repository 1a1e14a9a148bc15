using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace AgentFunctions.Tests.Storage;

/// <summary>Stands between the stores and the service.</summary>
public sealed class Faults : HttpPipelineSynchronousPolicy
{
    /// <summary>Called before a request goes out; throws where the process dies before it.</summary>
    public Action<Request> Before { get; set; } = _ => { };

    /// <summary>Called when the answer is there; throws where nobody hears of it.</summary>
    public Action<Request> After { get; set; } = _ => { };

    /// <summary>Clients with this between each try and the network, and short pauses.</summary>
    public TableClientOptions Options()
    {
        var options = new TableClientOptions { Retry = { Delay = TimeSpan.FromMilliseconds(1), MaxRetries = 3 } };
        options.AddPolicy(this, HttpPipelinePosition.PerRetry);
        return options;
    }

    /// <summary>Whether a request is a transaction on a run's partition.</summary>
    public static bool IsTransaction(Request request) => request.Uri.ToString().EndsWith("$batch", StringComparison.Ordinal);

    /// <summary>Whether a request removes a row of the index.</summary>
    public static bool IsIndexCleanup(Request request) =>
        request.Method == RequestMethod.Delete && request.Uri.Path.Contains("Index(", StringComparison.Ordinal);

    public override void OnSendingRequest(HttpMessage message) => Before(message.Request);

    public override void OnReceivedResponse(HttpMessage message) => After(message.Request);
}

/// <summary>The process dies here.</summary>
public sealed class DiedException() : Exception("The process died.");
