using System;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text.Json;
using System.Threading.Tasks;

/// <summary>HttpClient as the vendor's page shows it: an exception of its own for 401, 403 and 429, and no second attempt.</summary>
class AsOnThePage
{
    readonly HttpClient client = new HttpClient();

    async Task<T> Send<T>(HttpMethod method, string path, string? body)
    {
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Work.Key);
        var response = await client.SendAsync(new HttpRequestMessage(method, Work.Url + path) { Content = Work.Json(body) });
        if (response.StatusCode == HttpStatusCode.Unauthorized) throw new AuthenticationException("check the API key");
        if (response.StatusCode == HttpStatusCode.Forbidden) throw new UnauthorizedAccessException("check the scopes of the API key");
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            var seconds = response.Headers.RetryAfter?.Delta?.TotalSeconds ?? 60;
            throw new HttpRequestException($"too many requests, wait {seconds} s");
        }
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<T>();
    }

    static Task<int> Main() => Work.Run(new AsOnThePage().Send<JsonElement>);
}
