using System;
using System.Net.Http;

static class Connections
{
    /// <summary>
    /// The handler drops connections that a response closes, and those that were idle for 3 s, before the server does. What it sends
    /// on a connection that is closed already, it sends again on another one.
    /// </summary>
    public static HttpClient Client() => new HttpClient(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromSeconds(3) })
    {
        Timeout = TimeSpan.FromSeconds(20),
    };
}
