using System;
using System.Text.Json;
using System.Text.Json.Serialization;

enum OrderStatus { Unknown, Received, Accepted, In_Progress, Completed, Cancelled }

/// <summary>Only what the contract promises is required; the rest may be null or missing, and unknown fields are ignored.</summary>
class Order
{
    [JsonPropertyName("id")] public string? Id { get; set; }
    [JsonPropertyName("title")] public string? Title { get; set; }
    [JsonPropertyName("status")] public string? StatusText { get; set; }
    [JsonPropertyName("features")] public string[]? Features { get; set; }

    /// <summary>A new status is not an error: the order is not final yet.</summary>
    [JsonIgnore]
    public OrderStatus Status => Enum.TryParse<OrderStatus>(StatusText, true, out var status) ? status : OrderStatus.Unknown;

    public static Order Parse(string body)
    {
        var order = JsonSerializer.Deserialize<Order>(body);
        if (order?.Id is null || order.Title is null || order.StatusText is null) throw new JsonException("the body is not an order");
        return order;
    }
}
