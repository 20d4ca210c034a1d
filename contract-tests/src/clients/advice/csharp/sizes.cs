using System;
using System.Net.Http;

static class Sizes
{
    /// <summary>An answer that is longer is given up: none of the API's is, and by default 2 GB are kept.</summary>
    public static HttpClient Client() => new HttpClient
    {
        MaxResponseContentBufferSize = 16 * 1024 * 1024,
        Timeout = TimeSpan.FromSeconds(20),
    };
}
