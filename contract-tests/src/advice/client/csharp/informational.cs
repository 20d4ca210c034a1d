using System;
using System.Net.Http;

static class Informational
{
    /// <summary>SocketsHttpHandler skips informational responses such as 103; a handler or socket of your own would have to.</summary>
    public static HttpClient Client() => new HttpClient(new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(20) };
}
