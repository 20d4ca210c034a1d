using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Tasks;

/// <summary>Tell the user to sign in again.</summary>
class SignInAgainException : Exception { }

/// <summary>Tell the user that the sign-in failed, and to try later. The session may still be valid.</summary>
class SignInUnavailableException : Exception { }

static class Refreshes
{
    const int Attempts = 3;

    public static async Task<JsonElement> Refresh(HttpClient client, string tokenEndpoint, string clientId, string refreshToken)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = refreshToken,
            ["client_id"] = clientId,
        };
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (attempt > 0) await Task.Delay(1000 * (1 << attempt) + RandomNumberGenerator.GetInt32(1000));
            using var response = await client.PostAsync(tokenEndpoint, new FormUrlEncodedContent(form));
            var status = (int)response.StatusCode;
            if (status == 429 || status >= 500) continue;
            using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            if (status == 200) return body.RootElement.Clone();
            if (body.RootElement.TryGetProperty("error", out var error) && error.GetString() == "invalid_grant")
                throw new SignInAgainException();
            break;
        }
        throw new SignInUnavailableException();
    }
}
