using System;
using System.Net.Http;

static class RetryAfter
{
    static readonly TimeSpan MinWait = TimeSpan.FromMilliseconds(500);

    /// <summary>The wait: Retry-After is a number or a date; if it is neither, or past, your own backoff counts.</summary>
    public static TimeSpan Wait(HttpResponseMessage response, TimeSpan backoff, TimeSpan deadline)
    {
        // Null if the header is missing, cannot be parsed, or came twice.
        var header = response.Headers.RetryAfter;
        var asked = header?.Delta ?? header?.Date - DateTimeOffset.UtcNow ?? TimeSpan.Zero;
        var wait = backoff > MinWait ? backoff : MinWait;
        if (asked > wait) wait = asked;
        return wait <= deadline ? wait : throw new TimeoutException($"the API asks to wait for {wait}; the limit is {deadline}");
    }
}
