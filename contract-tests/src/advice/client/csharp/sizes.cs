using System;
using System.Net.Http;

static class Sizes
{
    /// <summary>Longer responses are abandoned: the API has none, and the default limit is 2 GB.</summary>
    public static HttpClient Client() => new HttpClient
    {
        MaxResponseContentBufferSize = 16 * 1024 * 1024,
        Timeout = TimeSpan.FromSeconds(20),
    };
}
