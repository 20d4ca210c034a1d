using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;

class Grant
{
    public string Client { get; set; } = "";
    public HashSet<string> Scopes { get; set; } = new HashSet<string>();
    public bool Revoked { get; set; }
}

/// <summary>Every token ever issued, with its grant: one that was used is remembered, so that its reuse is noticed.</summary>
class RefreshTokens
{
    readonly Dictionary<string, Grant> grants = new Dictionary<string, Grant>();
    readonly HashSet<string> used = new HashSet<string>();

    /// <summary>The next refresh token and the scopes of the access token, or an error. Run this in one transaction.</summary>
    public (string? Token, IReadOnlyCollection<string> Scopes, string? Error) Exchange(string token, string client, string[]? scopes)
    {
        var none = Array.Empty<string>();
        if (!grants.TryGetValue(token, out var grant) || grant.Client != client || grant.Revoked) return (null, none, "invalid_grant");
        if (used.Contains(token))
        {
            // Of this grant only: access tokens look at `Revoked`, too.
            grant.Revoked = true;
            return (null, none, "invalid_grant");
        }
        var granted = scopes ?? grant.Scopes.ToArray();
        if (!grant.Scopes.IsSupersetOf(granted)) return (null, none, "invalid_scope");
        used.Add(token);
        var next = NewToken();
        grants[next] = grant;
        return (next, granted, null);
    }

    static string NewToken()
    {
        var bytes = new byte[32];
        using var random = RandomNumberGenerator.Create();
        random.GetBytes(bytes);
        return Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }
}
