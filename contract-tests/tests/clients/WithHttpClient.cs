using System.Net.Http;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Threading.Tasks;

/// <summary>HttpClient with its defaults: one for all requests, and an error for each status other than a success.</summary>
static class WithHttpClient
{
    static readonly HttpClient Client = new HttpClient();

    static Task<int> Main()
    {
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Work.Key);
        return Work.Run(async (method, path, body) =>
        {
            using var request = new HttpRequestMessage(method, Work.Url + path) { Content = Work.Json(body) };
            using var response = await Client.SendAsync(request);
            response.EnsureSuccessStatusCode();
            using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            return json.RootElement.Clone();
        });
    }
}
