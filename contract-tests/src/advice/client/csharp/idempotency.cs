using System;
using System.Net.Http;
using System.Threading.Tasks;

static class Idempotency
{
    static readonly TimeSpan MinWait = TimeSpan.FromSeconds(1);
    static readonly TimeSpan MaxWait = TimeSpan.FromHours(1);

    /// <summary>`create` makes a new message for each attempt. One key for each request, the same for all its attempts.</summary>
    public static async Task<HttpResponseMessage> Send(HttpClient client, Func<HttpRequestMessage> create, int attempts = 3)
    {
        var key = Guid.NewGuid().ToString();
        for (; ; attempts--)
        {
            using var request = create();
            request.Headers.Add("Idempotency-Key", key);
            var response = await client.SendAsync(request);
            // Too many requests: the server has not carried it out.
            if ((int)response.StatusCode != 429 || attempts <= 1) return response;
            var asked = response.Headers.RetryAfter;
            var wait = asked?.Delta ?? asked?.Date - DateTimeOffset.UtcNow ?? TimeSpan.Zero;
            if (wait > MaxWait) return response;
            await Task.Delay(wait > MinWait ? wait : MinWait);
            response.Dispose();
        }
    }
}
