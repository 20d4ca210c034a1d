using System;
using System.Net.Http;

static class Redirects
{
    /// <summary>An API has no reason to send its callers elsewhere, and the key must not go there.</summary>
    public static HttpClient Client() => new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(20),
    };
}
