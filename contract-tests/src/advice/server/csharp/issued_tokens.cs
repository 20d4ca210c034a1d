using System;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

static class IssuedTokens
{
    const int Lifetime = 3600;

    /// <summary>The body of a token response; send it with `Cache-Control: no-store`. The JWKS has the public half of `key`, by its `kid`.</summary>
    public static object Issue(string issuer, string audience, string user, string client, string[] scopes, long now, ECDsa key, string kid)
    {
        var scope = string.Join(" ", scopes);
        var header = new { typ = "at+jwt", alg = "ES256", kid };
        var (exp, jti) = (now + Lifetime, Guid.NewGuid());
        var claims = new { iss = issuer, aud = audience, sub = user, client_id = client, scope, iat = now, exp, jti };
        var signed = $"{Encoded(JsonSerializer.SerializeToUtf8Bytes(header))}.{Encoded(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        var refresh = new byte[32];
        using var random = RandomNumberGenerator.Create();
        random.GetBytes(refresh);
        return new
        {
            access_token = $"{signed}.{Encoded(signature)}",
            token_type = "Bearer",
            // The same values as in the token.
            expires_in = Lifetime,
            scope,
            refresh_token = Encoded(refresh),
        };
    }

    static string Encoded(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
