using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;

static class Filters
{
    /// <summary>One condition for each parameter; its value has been validated.</summary>
    static readonly Dictionary<string, Func<JsonElement, string, bool>> Conditions = new Dictionary<string, Func<JsonElement, string, bool>>
    {
        ["prospect_search_id"] = (row, id) => Text(row, "prospect_search_id") == id,
        ["company_id"] = (row, id) => Text(row, "company_id") == id,
        ["review_status"] = (row, status) => Text(row, "review_status") == status,
        ["review_status_list"] = (row, list) => list.Split(',').Contains(Text(row, "review_status")),
        ["min_match_score"] = (row, score) => row.GetProperty("match_score").GetDecimal() >= decimal.Parse(score, CultureInfo.InvariantCulture),
        // Times are compared, not texts: an offset such as +02:00 counts.
        ["delivered_since"] = (row, since) => Time(Text(row, "delivered_at")) > Time(since),
        // Every character is literal: no Regex, and no % or _ of LIKE.
        ["search"] = (row, text) => Text(row, "name").Contains(text, StringComparison.OrdinalIgnoreCase),
    };

    /// <summary>The rows that fulfil every condition, before a page is cut from them.</summary>
    public static IEnumerable<JsonElement> Selected(IEnumerable<JsonElement> rows, IReadOnlyDictionary<string, string> query) =>
        rows.Where(row => query.All(one => !Conditions.TryGetValue(one.Key, out var holds) || holds(row, one.Value)));

    static string Text(JsonElement row, string name) => row.GetProperty(name).GetString() ?? "";

    static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
