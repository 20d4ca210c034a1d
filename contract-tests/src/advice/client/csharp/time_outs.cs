using System;
using System.Net.Http;

static class TimeOuts
{
    /// <summary>3 s to connect, and 20 s for the whole response.</summary>
    public static HttpClient Client() =>
        new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(3) })
        {
            Timeout = TimeSpan.FromSeconds(20),
        };
}
