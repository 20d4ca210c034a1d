using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

/// <summary>The user has to sign in again.</summary>
class SessionEndedException : Exception { }

/// <summary>One access token for all requests, refreshed once when the API rejects it.</summary>
class Session
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    readonly SemaphoreSlim gate = new SemaphoreSlim(1);
    readonly HttpClient client;
    readonly string tokenEndpoint;
    readonly string clientId;
    string? refreshToken;
    string accessToken = "";
    DateTime notBefore;

    public Session(HttpClient client, string tokenEndpoint, string clientId, string refreshToken) =>
        (this.client, this.tokenEndpoint, this.clientId, this.refreshToken) = (client, tokenEndpoint, clientId, refreshToken);

    /// <summary>Replaces a rejected access token. The first caller refreshes it, the others wait.</summary>
    async Task<string> Renewed(string rejected)
    {
        await gate.WaitAsync();
        try
        {
            if (refreshToken is null) throw new SessionEndedException();
            if (accessToken.Length > 0 && accessToken != rejected) return accessToken;
            accessToken = "";
            if (DateTime.UtcNow < notBefore) throw new HttpRequestException("the sign-in failed a moment ago");
            var form = new Dictionary<string, string>
            {
                ["grant_type"] = "refresh_token",
                ["refresh_token"] = refreshToken,
                ["client_id"] = clientId,
            };
            using var response = await client.PostAsync(tokenEndpoint, new FormUrlEncodedContent(form));
            var body = await response.Content.ReadAsStringAsync();
            if (response.StatusCode == HttpStatusCode.BadRequest && (string?)JsonNode.Parse(body)?["error"] == "invalid_grant")
            {
                End();
                throw new SessionEndedException();
            }
            if (!response.IsSuccessStatusCode)
            {
                notBefore = DateTime.UtcNow + Pause;
                response.EnsureSuccessStatusCode();
            }
            using var tokens = JsonDocument.Parse(body);
            if (tokens.RootElement.TryGetProperty("refresh_token", out var next)) refreshToken = next.GetString();
            return accessToken = tokens.RootElement.GetProperty("access_token").GetString()!;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Sends a request, and repeats it once if its access token is rejected.</summary>
    public async Task<HttpResponseMessage> Get(string url)
    {
        var token = accessToken.Length > 0 ? accessToken : await Renewed("");
        var response = await Once(url, token);
        if (response.StatusCode != HttpStatusCode.Unauthorized) return response;
        response.Dispose();
        response = await Once(url, await Renewed(token));
        if (response.StatusCode == HttpStatusCode.Unauthorized) End();
        return response;
    }

    /// <summary>Drops tokens that are no longer valid.</summary>
    void End() => (refreshToken, accessToken) = (null, "");

    Task<HttpResponseMessage> Once(string url, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client.SendAsync(request);
    }
}
