using System;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;

static class LostPosts
{
    /// <summary>Give each order a title of its own. If the outcome of the POST is unknown, the list shows whether it was carried out.</summary>
    public static async Task<JsonElement> CreateOrder(HttpClient client, string url, string title, object order)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                var body = new StringContent(JsonSerializer.Serialize(order), Encoding.UTF8, "application/json");
                using var response = await client.PostAsync(url + "/orders", body);
                if (response.IsSuccessStatusCode) return await Json(response);
                if ((int)response.StatusCode < 500) throw new InvalidOperationException($"the API returned {response.StatusCode}");
            }
            // No response, or none within the timeout.
            catch (Exception lost) when (lost is HttpRequestException || lost is OperationCanceledException) { }
            if (await Find(client, url, title) is JsonElement created) return created;
        }
        throw new HttpRequestException($"the order {title} could not be created");
    }

    static async Task<JsonElement?> Find(HttpClient client, string url, string title)
    {
        for (var offset = 0; ;)
        {
            using var response = await client.GetAsync($"{url}/orders?limit=100&offset={offset}");
            var page = await Json(response.EnsureSuccessStatusCode());
            var orders = page.GetProperty("orders");
            foreach (var order in orders.EnumerateArray())
                if (order.GetProperty("title").GetString() == title) return order;
            offset += orders.GetArrayLength();
            if (orders.GetArrayLength() == 0 || offset >= page.GetProperty("total").GetInt32()) return null;
        }
    }

    static async Task<JsonElement> Json(HttpResponseMessage response)
    {
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return body.RootElement.Clone();
    }
}
