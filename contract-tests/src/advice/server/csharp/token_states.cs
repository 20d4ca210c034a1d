using System;
using System.Collections.Generic;

class IssuedToken
{
    public Dictionary<string, object> Claims { get; } = new Dictionary<string, object>();
    public string Organization { get; set; } = "";
    public DateTimeOffset Expires { get; set; }
    public bool Revoked { get; set; }
}

class TokenStates
{
    readonly Dictionary<string, IssuedToken> tokens = new Dictionary<string, IssuedToken>();

    /// <summary>
    /// `client` is the authenticated one. 200 for an unknown token, too, and for one of another client, which stays valid. Every request of
    /// the API looks here, so the next one is rejected.
    /// </summary>
    public int Revoke(string token, string client)
    {
        if (tokens.TryGetValue(token, out var found) && (string)found.Claims["client_id"] == client) found.Revoked = true;
        return 200;
    }

    /// <summary>`caller` is the organization of an authenticated client; null is a 401.</summary>
    public (int Status, Dictionary<string, object> Body) Introspect(string token, string? caller, DateTimeOffset now)
    {
        if (caller is null) return (401, new Dictionary<string, object> { ["error"] = "invalid_client" });
        var isActive = tokens.TryGetValue(token, out var found) && !found.Revoked && found.Organization == caller && now < found.Expires;
        // Nothing else of an inactive one: not even whether it ever was a token.
        var body = isActive ? new Dictionary<string, object>(found!.Claims) : new Dictionary<string, object>();
        body["active"] = isActive;
        return (200, body);
    }
}
