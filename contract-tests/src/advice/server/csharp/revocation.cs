using System;
using System.Collections.Generic;

class StoredKey
{
    public DateTimeOffset? RevokedAt { get; set; }
}

static class Revocation
{
    /// <summary>
    /// The status of DELETE /api-keys/{id}. Whoever holds an API key cannot revoke with it, whatever its scopes. `keys` are those of the
    /// caller's organization.
    /// </summary>
    public static int Revoke(IReadOnlyDictionary<string, StoredKey> keys, string id, bool callerIsToken, ISet<string> scopes, DateTimeOffset now)
    {
        if (!callerIsToken || !scopes.Contains("admin:write")) return 403;
        if (!keys.TryGetValue(id, out var key) || key.RevokedAt != null) return 404;
        // Stored before the response: the next request with the key reads this, and no cache stands between.
        key.RevokedAt = now;
        return 204;
    }
}
