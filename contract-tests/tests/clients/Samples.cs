using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Threading.Tasks;

/// <summary>The requests of the C# samples of the vendor's page, with what they read: `first`, or `errors` with a number of requests.</summary>
static class Samples
{
    static readonly string Url = Environment.GetEnvironmentVariable("OPENPROSPECT_API_URL")!;
    static readonly string Key = Environment.GetEnvironmentVariable("OPENPROSPECT_API_KEY")!;

    static async Task Main(string[] arguments)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        if (arguments[0] == "first")
        {
            await First(client);
            return;
        }
        for (var left = int.Parse(arguments[1]); left > 0; left--) await Errors(client);
    }

    /// <summary>The first request: its status is not looked at.</summary>
    static async Task First(HttpClient client)
    {
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var response = await client.GetAsync($"{Url}/orders?limit=10");
        var orders = await response.Content.ReadFromJsonAsync<OrderListResponse>();
        Console.WriteLine($"found {orders.Orders.Count} orders");
    }

    /// <summary>The one that handles errors: an exception of its own for each.</summary>
    static async Task Errors(HttpClient client)
    {
        try
        {
            var orders = await Send<OrderListResponse>(client, "orders?limit=10");
            Console.WriteLine($"found {orders.Orders.Count} orders");
        }
        catch (Exception error)
        {
            Console.WriteLine($"{error.GetType().Name}: {error.Message}");
        }
    }

    static async Task<T> Send<T>(HttpClient client, string endpoint)
    {
        var response = await client.GetAsync($"{Url}/{endpoint}");
        if (response.StatusCode == HttpStatusCode.Unauthorized) throw new AuthenticationException("check the API key");
        if (response.StatusCode == HttpStatusCode.Forbidden) throw new UnauthorizedAccessException("check the scopes");
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            var seconds = response.Headers.RetryAfter?.Delta?.TotalSeconds ?? 60;
            throw new HttpRequestException($"retry after {seconds} s");
        }
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<T>();
    }
}

class OrderListResponse
{
    public List<Order> Orders { get; set; } = new List<Order>();
}

class Order
{
    public string? Id { get; set; }
}
