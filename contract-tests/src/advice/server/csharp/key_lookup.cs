using System;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

class ApiKey
{
    public string Organization { get; set; } = "";
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
}

class ApiKeys
{
    readonly ConcurrentDictionary<string, ApiKey> byHash = new ConcurrentDictionary<string, ApiKey>();

    /// <summary>
    /// The hash of the whole key decides, prefix and case included. It is looked up for each request: no cache outlives a revocation.
    /// </summary>
    public ApiKey? Valid(string presented, DateTimeOffset now)
    {
        using var sha = SHA256.Create();
        var hash = Convert.ToBase64String(sha.ComputeHash(Encoding.UTF8.GetBytes(presented)));
        byHash.TryGetValue(hash, out var key);
        // Unknown, revoked and expired do the same work and have the same result, so nothing tells them apart.
        var revoked = now >= key?.RevokedAt;
        var expired = now >= key?.ExpiresAt;
        return revoked || expired ? null : key;
    }
}
