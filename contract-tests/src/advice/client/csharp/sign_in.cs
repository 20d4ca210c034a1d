using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using System.Web;

/// <summary>One sign-in, with its own state and code verifier.</summary>
class SignIn
{
    readonly string issuer, authorizationEndpoint, tokenEndpoint, clientId, redirectUri;
    readonly string state = Secret();
    readonly string verifier = Secret();

    public SignIn(string issuer, string authorizationEndpoint, string tokenEndpoint, string clientId, string redirectUri)
    {
        (this.issuer, this.clientId, this.redirectUri) = (issuer, clientId, redirectUri);
        (this.authorizationEndpoint, this.tokenEndpoint) = (authorizationEndpoint, tokenEndpoint);
    }

    static string Secret()
    {
        var bytes = new byte[32];
        RandomNumberGenerator.Fill(bytes);
        return Base64Url(bytes);
    }

    static string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>The URL to open in the browser.</summary>
    public string Url()
    {
        using var sha256 = SHA256.Create();
        var query = new Dictionary<string, string>
        {
            ["response_type"] = "code",
            ["client_id"] = clientId,
            ["redirect_uri"] = redirectUri,
            ["state"] = state,
            ["code_challenge"] = Base64Url(sha256.ComputeHash(Encoding.ASCII.GetBytes(verifier))),
            ["code_challenge_method"] = "S256",
        };
        var pairs = query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}");
        return $"{authorizationEndpoint}?{string.Join('&', pairs)}";
    }

    /// <summary>Exchanges the code of the redirect for tokens, if the redirect belongs to this sign-in.</summary>
    public async Task<string> Tokens(HttpClient client, Uri redirect)
    {
        var query = HttpUtility.ParseQueryString(redirect.Query);
        if (query["state"] != state || query["iss"] != issuer)
        {
            throw new InvalidOperationException("the response belongs to another sign-in");
        }
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = query["code"] ?? "",
            ["redirect_uri"] = redirectUri,
            ["client_id"] = clientId,
            ["code_verifier"] = verifier,
        };
        using var response = await client.PostAsync(tokenEndpoint, new FormUrlEncodedContent(form));
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }
}
