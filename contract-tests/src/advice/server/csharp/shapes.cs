using System;
using System.Text.Json;
using System.Text.Json.Serialization;

/// <summary>The shape of an order in every response, with a default for each field that may be left out of the request.</summary>
class OrderShape
{
    [JsonPropertyName("id")] public string Id { get; set; } = "";
    [JsonPropertyName("title")] public string Title { get; set; } = "";
    [JsonPropertyName("status")] public string Status { get; set; } = "RECEIVED";
    [JsonPropertyName("created_at")] public DateTimeOffset CreatedAt { get; set; }
    [JsonPropertyName("order_type")] public string OrderType { get; set; } = "ENRICHMENT";
    [JsonPropertyName("features")] public string[] Features { get; set; } = Array.Empty<string>();
    [JsonPropertyName("blacklist_ids")] public string[] BlacklistIds { get; set; } = Array.Empty<string>();

    /// <summary>The only way to a body: no handler makes an object of its own, so no field is missing or has another name.</summary>
    public (string ContentType, byte[] Body) Response() => ("application/json", JsonSerializer.SerializeToUtf8Bytes(this));
}
