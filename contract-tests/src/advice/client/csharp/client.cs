using System;
using System.Net.Http;
using System.Net.Http.Headers;

static class Clients
{
    /// <summary>One client for the whole program: it keeps connections open, and sends the key in one header and nowhere else.</summary>
    public static HttpClient Create()
    {
        var url = new Uri(Variable("OPENPROSPECT_API_URL"));
        var key = Variable("OPENPROSPECT_API_KEY").Trim();
        if (key.StartsWith("lnc_live_", StringComparison.Ordinal) && url.IsLoopback)
            throw new InvalidOperationException("OPENPROSPECT_API_KEY is a live key, and OPENPROSPECT_API_URL a test server");
        var client = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("my-program", "1.0"));
        return client;
    }

    static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException(name + " is not set");
}
