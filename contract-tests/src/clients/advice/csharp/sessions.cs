using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

class SessionEndedException : Exception { }

/// <summary>One access token for all calls, which is renewed once when the API rejects it.</summary>
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

    /// <summary>The access token that replaces a rejected one. The first call refreshes, the others wait for it.</summary>
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
            using var answer = await client.PostAsync(tokenEndpoint, new FormUrlEncodedContent(form));
            if ((int)answer.StatusCode >= 500)
            {
                notBefore = DateTime.UtcNow + Pause;
                answer.EnsureSuccessStatusCode();
            }
            using var tokens = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            if (!answer.IsSuccessStatusCode)
            {
                if (tokens.RootElement.GetProperty("error").GetString() == "invalid_grant") End();
                throw new SessionEndedException();
            }
            if (tokens.RootElement.TryGetProperty("refresh_token", out var next)) refreshToken = next.GetString();
            return accessToken = tokens.RootElement.GetProperty("access_token").GetString()!;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Makes a call, and once more when its access token is rejected.</summary>
    public async Task<HttpResponseMessage> Get(string url)
    {
        var token = accessToken.Length > 0 ? accessToken : await Renewed("");
        var answer = await Once(url, token);
        if (answer.StatusCode != HttpStatusCode.Unauthorized) return answer;
        answer.Dispose();
        answer = await Once(url, await Renewed(token));
        if (answer.StatusCode == HttpStatusCode.Unauthorized) End();
        return answer;
    }

    /// <summary>Forgets tokens that are not valid.</summary>
    void End() => (refreshToken, accessToken) = (null, "");

    Task<HttpResponseMessage> Once(string url, string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client.SendAsync(request);
    }
}
