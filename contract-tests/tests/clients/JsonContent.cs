using System.IO;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;

/// <summary>What .NET has since version 5, and the page's samples use.</summary>
static class JsonContent
{
    static readonly JsonSerializerOptions Web = new JsonSerializerOptions
    {
        PropertyNameCaseInsensitive = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    public static async Task<T> ReadFromJsonAsync<T>(this HttpContent content)
    {
        using Stream stream = await content.ReadAsStreamAsync();
        return await JsonSerializer.DeserializeAsync<T>(stream, Web);
    }
}
