using System.Net;

namespace AgentFunctions.Benchmarks.Soak;

/// <summary>The way to the host, whichever process it is by now: a request that a kill cuts off is sent again to the next one.</summary>
internal sealed class Door : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly Lock gate = new();
    private TaskCompletionSource<Uri> address = Closed();

    public void Open(Uri host)
    {
        lock (gate)
        {
            address.SetResult(host);
        }
    }

    public void Close()
    {
        lock (gate)
        {
            // A door that was not opened stays as it is: those who wait for it wait on.
            if (address.Task.IsCompleted)
            {
                address = Closed();
            }
        }
    }

    /// <summary>Sends until there is an answer.</summary>
    /// <exception cref="InvalidOperationException">The host answered with an error of its own.</exception>
    public async Task<HttpStatusCode> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        while (true)
        {
            var message = request();
            message.RequestUri = new Uri(await CurrentAsync(cancellation), message.RequestUri!);
            try
            {
                using var response = await http.SendAsync(message, cancellation);
                if (response.StatusCode >= HttpStatusCode.InternalServerError)
                {
                    throw new InvalidOperationException(
                        $"The host answered {(int)response.StatusCode} to {message.Method} {message.RequestUri}: {await response.Content.ReadAsStringAsync(cancellation)}");
                }

                return response.StatusCode;
            }
            catch (HttpRequestException)
            {
                // The process was killed under the request: the next one is asked, once its address is known.
                await Task.Delay(TimeSpan.FromMilliseconds(10), cancellation);
            }
        }
    }

    public void Dispose() => http.Dispose();

    private static TaskCompletionSource<Uri> Closed() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task<Uri> CurrentAsync(CancellationToken cancellation)
    {
        lock (gate)
        {
            return address.Task.WaitAsync(cancellation);
        }
    }
}
