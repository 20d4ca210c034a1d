using System;
using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using System.Threading.Tasks;

static class Retries
{
    const int Attempts = 4;
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>Makes a call, and again after 429 and 5xx, when the server says so.</summary>
    public static async Task<HttpResponseMessage> Get(HttpClient client, string url)
    {
        var backoff = TimeSpan.FromMilliseconds(500);
        for (var attempt = 1; ; attempt++, backoff *= 2)
        {
            var answer = await client.GetAsync(url);
            var again = answer.StatusCode == HttpStatusCode.TooManyRequests || (int)answer.StatusCode >= 500;
            if (!again || attempt == Attempts) return answer;
            var asked = answer.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
            answer.Dispose();
            var wait = asked > backoff ? asked : backoff;
            if (wait > LongestWait) throw new HttpRequestException($"the API asks to wait for {wait}");
            await Task.Delay(wait * (1 + RandomNumberGenerator.GetInt32(250) / 1000.0));
        }
    }
}
