using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;

class Code
{
    public string Client { get; set; } = "";
    public string RedirectUri { get; set; } = "";

    /// <summary>Required, with the method S256: an authorization request without it is invalid_request.</summary>
    public string Challenge { get; set; } = "";
    public DateTimeOffset Issued { get; set; }
    public bool Redeemed { get; set; }
    public List<string> Tokens { get; } = new List<string>();
}

static class Codes
{
    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Null is the error invalid_grant. Run this in one transaction, so that a code is redeemed once.</summary>
    public static Code? Redeem(Code? found, string client, string redirectUri, string verifier, DateTimeOffset now, Action<List<string>> revoke)
    {
        if (found is null || found.Client != client) return null;
        if (found.Redeemed)
        {
            // A code that comes again was stolen: the tokens that it brought end, too.
            revoke(found.Tokens);
            return null;
        }
        using var sha = SHA256.Create();
        var digest = Convert.ToBase64String(sha.ComputeHash(Encoding.ASCII.GetBytes(verifier)));
        var proven = digest.TrimEnd('=').Replace('+', '-').Replace('/', '_') == found.Challenge;
        if (!proven || found.RedirectUri != redirectUri || now >= found.Issued + Lifetime) return null;
        found.Redeemed = true;
        return found;
    }
}
