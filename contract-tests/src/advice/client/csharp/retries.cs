using System;
using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using System.Threading.Tasks;

static class Retries
{
    const int Attempts = 4;
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>Sends a GET, and retries it after 429 and 5xx when the server says so, and after a reset. A POST may have been carried out.</summary>
    public static async Task<HttpResponseMessage> Get(HttpClient client, string url)
    {
        var backoff = TimeSpan.FromMilliseconds(500);
        for (var attempt = 1; ; attempt++, backoff *= 2)
        {
            var wait = backoff;
            try
            {
                var response = await client.GetAsync(url);
                var again = response.StatusCode == HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500;
                if (!again || attempt == Attempts) return response;
                var asked = response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
                response.Dispose();
                if (asked > wait) wait = asked;
            }
            // No response, or none within the timeout.
            catch (Exception lost) when (attempt < Attempts && (lost is HttpRequestException || lost is OperationCanceledException)) { }
            if (wait > LongestWait) throw new HttpRequestException($"the API asks to wait for {wait}");
            await Task.Delay(wait * (1 + RandomNumberGenerator.GetInt32(250) / 1000.0));
        }
    }
}
