using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;

/// <summary>What each C# client does: all orders, page by page; a new one; and its end.</summary>
static class Work
{
    /// <summary>Sends one request and returns the JSON of the response; it throws at anything else.</summary>
    public delegate Task<JsonElement> Call(HttpMethod method, string path, string? body);

    const int Page = 2;
    const string Order = "{\"title\": \"Hotels\", \"features\": [\"CONTACTS\"], \"companies\": [{\"company_name\": \"Example Corp\"}]}";
    static readonly HashSet<string?> Final = new HashSet<string?> { "COMPLETED", "CANCELLED" };

    public static string Url { get; } = Environment.GetEnvironmentVariable("OPENPROSPECT_API_URL")!;
    public static string Key { get; } = Environment.GetEnvironmentVariable("OPENPROSPECT_API_KEY")!;

    public static async Task<int> Run(Call call)
    {
        try
        {
            for (int offset = 0, total = 1; offset < total; offset += Page)
            {
                var list = await call(HttpMethod.Get, $"/orders?limit={Page}&offset={offset}", null);
                total = list.GetProperty("total").GetInt32();
            }
            var order = await call(HttpMethod.Post, "/orders", Order);
            while (!Final.Contains(order.GetProperty("status").GetString()))
            {
                await Task.Delay(1100);
                order = await call(HttpMethod.Get, $"/orders/{order.GetProperty("id").GetString()}", null);
            }
            return 0;
        }
        catch (Exception error)
        {
            Console.Error.WriteLine($"{error.GetType().Name}: {error.Message}");
            return 1;
        }
    }

    public static HttpContent? Json(string? body) =>
        body == null ? null : new StringContent(body, Encoding.UTF8, "application/json");
}
