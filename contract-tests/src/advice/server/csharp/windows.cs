using System;
using System.Collections.Generic;

/// <summary>Fixed windows, one for each key, which begin with its first request.</summary>
class Windows
{
    readonly int limit;
    readonly long seconds;
    readonly Dictionary<string, (long Reset, int Count)> used = new Dictionary<string, (long, int)>();

    public Windows(int limit, long seconds) => (this.limit, this.seconds) = (limit, seconds);

    /// <summary>Whether a request is admitted, and its headers. Call it once for each request that has a valid key.</summary>
    public (bool Admitted, Dictionary<string, long> Headers) Admit(string keyId, DateTimeOffset now)
    {
        var second = now.ToUnixTimeSeconds();
        bool admitted;
        (long Reset, int Count) window;
        // Reading and counting are one step, so concurrent requests cannot share a place.
        lock (used)
        {
            if (!used.TryGetValue(keyId, out window) || second >= window.Reset) window = (second + seconds, 0);
            admitted = window.Count < limit;
            // A rejected request neither counts nor moves the reset.
            if (admitted) window.Count++;
            used[keyId] = window;
        }
        var headers = new Dictionary<string, long>
        {
            ["X-RateLimit-Limit"] = limit,
            ["X-RateLimit-Remaining"] = limit - window.Count,
            ["X-RateLimit-Reset"] = window.Reset,
        };
        if (!admitted) headers["Retry-After"] = window.Reset - second;
        return (admitted, headers);
    }
}
