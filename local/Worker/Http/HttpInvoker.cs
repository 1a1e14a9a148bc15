namespace AgentFunctions.Local.Worker.Http;

internal static class HttpInvoker
{
    public const string HttpContextKey = "HttpRequestContext";
}
