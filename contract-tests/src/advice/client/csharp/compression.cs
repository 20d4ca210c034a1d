using System;
using System.Net;
using System.Net.Http;

static class Compression
{
    /// <summary>Set no Accept-Encoding by hand: this handler asks for what it can decode, and decodes it. The default does neither.</summary>
    public static HttpClient Client() => new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All })
    {
        Timeout = TimeSpan.FromSeconds(20),
    };
}
