using System;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;

static class Responses
{
    /// <summary>
    /// Status, media type, completeness, JSON, fields: a response is a success only if all of them are right. Everything else is an
    /// HttpRequestException, or a JsonException.
    /// </summary>
    public static async Task<JsonElement> Order(HttpClient client, string url)
    {
        // Throws for a body that is shorter than its Content-Length.
        using var response = await client.GetAsync(url);
        // By its class, so that an unknown status such as 299 or 499 counts as 200 or 400.
        if (!response.IsSuccessStatusCode) throw new HttpRequestException($"the API returned {(int)response.StatusCode}");
        var type = response.Content.Headers.ContentType?.MediaType;
        if (!string.Equals(type, "application/json", StringComparison.OrdinalIgnoreCase)) throw new HttpRequestException($"not JSON, but {type}");
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var body = document.RootElement;
        var isOrder = body.ValueKind == JsonValueKind.Object
            && body.TryGetProperty("id", out _) && body.TryGetProperty("title", out _) && body.TryGetProperty("status", out _);
        return isOrder ? body.Clone() : throw new JsonException("the body is not an order");
    }
}
