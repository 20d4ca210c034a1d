using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

static class Consistent
{
    /// <summary>The only clock of the server, in UTC. A time that is not known is null, and not a default such as the year 1.</summary>
    static string Now() => DateTime.UtcNow.ToString("O");

    /// <summary>`order` is the request as it was parsed and stored: what the response says of it is counted, and not kept beside it.</summary>
    public static JsonObject Created(string id, JsonElement order)
    {
        var time = Now(); // Read once: two readings would differ.
        var count = order.TryGetProperty("companies", out var companies) ? companies.GetArrayLength() : 0;
        var title = order.GetProperty("title").GetString();
        return new JsonObject { ["id"] = id, ["title"] = title, ["company_count"] = count, ["created_at"] = time, ["updated_at"] = time };
    }

    /// <summary>The only way to change what is stored, so that each change sets the time.</summary>
    public static void Changed(JsonObject order, Action<JsonObject> change)
    {
        change(order);
        order["updated_at"] = Now();
    }

    /// <summary>`companyId` is the id of the company that was found by the one in the path, so everything in the response is about it.</summary>
    public static object JobsOf(string companyId, IEnumerable<string> titles) =>
        new { items = titles.Select(title => new { company_id = companyId, title }) };

    /// <summary>Quotes the value from the parsed body, where it still is as it was sent: not trimmed, in lower case, or converted.</summary>
    public static object Rejected(JsonElement body, string field, string error) =>
        new { field, error, provided = body.TryGetProperty(field, out var sent) ? sent : (JsonElement?)null };
}
