using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

/// <summary>With ASP.NET Core's JwtBearer, set TokenValidationParameters.ValidAlgorithms and ValidTypes as well.</summary>
static class AccessTokens
{
    /// <summary>The claims of a valid access token. Null is the 401 of an unknown key, whatever is wrong.</summary>
    public static JsonElement? Claims(string token, IReadOnlyDictionary<string, ECDsa> keys, string issuer, string audience, DateTimeOffset now)
    {
        try
        {
            var parts = token.Split('.');
            if (parts.Length != 3) return null;
            var header = Json(parts[0]);
            // The server decides on the algorithm: what the token says of it is compared, not followed.
            if (Text(header, "alg") != "ES256" || Text(header, "typ") != "at+jwt") return null;
            if (!keys.TryGetValue(Text(header, "kid"), out var key)) return null;
            var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
            if (!key.VerifyData(signed, Bytes(parts[2]), HashAlgorithmName.SHA256)) return null;
            var claims = Json(parts[1]);
            var isMeant = Text(claims, "iss") == issuer && Text(claims, "aud") == audience;
            var second = now.ToUnixTimeSeconds();
            var begins = claims.TryGetProperty("nbf", out var nbf) ? nbf.GetInt64() : 0;
            return isMeant && begins <= second && second < claims.GetProperty("exp").GetInt64() ? claims : (JsonElement?)null;
        }
        catch (Exception error) when (
            error is FormatException || error is JsonException || error is InvalidOperationException || error is KeyNotFoundException)
        {
            return null;
        }
    }

    static string Text(JsonElement of, string name) => of.GetProperty(name).GetString() ?? "";

    static JsonElement Json(string part) => JsonDocument.Parse(Bytes(part)).RootElement;

    static byte[] Bytes(string part) =>
        Convert.FromBase64String(part.Replace('-', '+').Replace('_', '/') + new string('=', (4 - part.Length % 4) % 4));
}
