using System;
using System.Net.Http;

static class Redirects
{
    /// <summary>The API never redirects to another host, and the key must not be sent to one.</summary>
    public static HttpClient Client() => new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(20),
    };
}
