using System.Text.Json;

static class Readings
{
    /// <summary>The vendor's pages call the rows of a list `orders` and `items`.</summary>
    public static JsonElement Rows(JsonElement page) =>
        page.TryGetProperty("orders", out var orders) ? orders : page.GetProperty("items");

    /// <summary>The status decides: pages differ in the code of a 401, a 404 and a 429, and in the status of a validation error.</summary>
    public static string Kind(int status) => status switch
    {
        400 => "invalid",
        422 => "invalid",
        401 => "key rejected",
        403 => "scope missing",
        404 => "not found",
        429 => "try later",
        _ => status >= 500 ? "try later" : status / 100 == 2 ? "ok" : "refused",
    };

    /// <summary>The details of an error, which may be nested in `error`, and are called `detail` or `details`.</summary>
    public static JsonElement? Details(JsonElement body)
    {
        var nested = body.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object;
        var place = nested ? error : body;
        if (place.TryGetProperty("detail", out var detail)) return detail;
        return place.TryGetProperty("details", out var details) ? details : (JsonElement?)null;
    }
}
