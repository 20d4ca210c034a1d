using System;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;

/// <summary>A method for each operation: paths are constants of the contract but for their ids.</summary>
class Api
{
    const int MaxLimit = 100;
    readonly HttpClient client;
    readonly string url;

    public Api(HttpClient client, string url) => (this.client, this.url) = (client, url);

    /// <summary>What a GET asks for is in its query, each parameter once; it has no body.</summary>
    public Task<HttpResponseMessage> ListOrders(int offset = 0, int limit = 50) =>
        client.GetAsync($"{url}/orders?limit={Math.Clamp(limit, 1, MaxLimit)}&offset={Math.Max(offset, 0)}");

    /// <summary>A text can be sent again, unlike a stream; a retry calls this again.</summary>
    public Task<HttpResponseMessage> CreateOrder(object order)
    {
        var body = new StringContent(JsonSerializer.Serialize(order), Encoding.UTF8, "application/json");
        return client.PostAsync($"{url}/orders", body);
    }
}
