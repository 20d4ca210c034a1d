using System;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;

/// <summary>What the last response said of the quota of a key.</summary>
class Quota
{
    const long Day = 24 * 60 * 60;

    DateTimeOffset notBefore = DateTimeOffset.MinValue;

    /// <summary>Call this after each response.</summary>
    public void Note(HttpResponseMessage response)
    {
        if (Header(response, "X-RateLimit-Remaining") != "0") return;
        // A time in seconds since 1970, not a wait. What is no number or more than a day away is ignored.
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        if (long.TryParse(Header(response, "X-RateLimit-Reset"), out var reset) && reset > now && reset - now < Day)
            notBefore = DateTimeOffset.FromUnixTimeSeconds(reset);
    }

    /// <summary>Call this before each request.</summary>
    public async Task Wait()
    {
        for (TimeSpan left; (left = notBefore - DateTimeOffset.UtcNow) > TimeSpan.Zero;) await Task.Delay(left);
    }

    static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
