using System;
using System.Collections.Generic;

static class ResponseHeaders
{
    static readonly Dictionary<int, string> Belongs = new Dictionary<int, string>
    {
        [201] = "Location",
        [401] = "WWW-Authenticate",
        [403] = "WWW-Authenticate",
        [405] = "Allow",
        [429] = "Retry-After",
    };

    /// <summary>
    /// Every response passes here last: successes, errors of each step, and those of the server itself. `quota` is empty until the key is
    /// known to be valid; from then on, each response shows it.
    /// </summary>
    public static void Finish(int status, IDictionary<string, string> headers, IDictionary<string, string> quota, DateTimeOffset now)
    {
        foreach (var (name, value) in quota) headers[name] = value;
        headers["Date"] = now.ToString("r");
        headers["X-Request-Id"] = Guid.NewGuid().ToString();
        if (status != 204) headers["Content-Type"] = "application/json";
        if (Belongs.TryGetValue(status, out var needed) && !headers.ContainsKey(needed))
            throw new InvalidOperationException($"a {status} without {needed}");
    }
}
