using System.Collections.Concurrent;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;

/// <summary>Keeps successes only: after a 429, the next attempt must reach the server.</summary>
class Cache
{
    readonly ConcurrentDictionary<string, string> bodies = new ConcurrentDictionary<string, string>();
    readonly HttpClient client;

    public Cache(HttpClient client) => this.client = client;

    public async Task<(HttpStatusCode Status, string Body)> Get(string url)
    {
        if (bodies.TryGetValue(url, out var known)) return (HttpStatusCode.OK, known);
        using var response = await client.GetAsync(url);
        var body = await response.Content.ReadAsStringAsync();
        if (response.StatusCode == HttpStatusCode.OK) bodies[url] = body;
        return (response.StatusCode, body);
    }
}
