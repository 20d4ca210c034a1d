using System;
using System.Collections.Generic;
using System.Linq;

static class Routing
{
    const string Prefix = "/api/v1/";
    static readonly (string[] Pattern, Dictionary<string, string> Operations)[] Routes =
    {
        (new[] { "orders" }, new Dictionary<string, string> { ["GET"] = "ListOrders", ["HEAD"] = "ListOrders", ["POST"] = "CreateOrder" }),
        (new[] { "orders", "{id}" }, new Dictionary<string, string> { ["GET"] = "GetOrder", ["HEAD"] = "GetOrder" }),
    };

    /// <summary>404, 405 or, for OPTIONS, 204 with the value of Allow, or 200 with the operation; and the ids of the path.</summary>
    public static (int Status, string Value, string[] Ids) Route(string method, string path)
    {
        var none = Array.Empty<string>();
        if (!path.StartsWith(Prefix, StringComparison.Ordinal)) return (404, "NOT_FOUND", none);
        // Split first, then decode each part once: an id may contain an encoded slash. A trailing slash is the same path.
        var encoded = path.Substring(Prefix.Length).Split('/');
        if (encoded[^1] == "") encoded = encoded[..^1];
        var parts = encoded.Select(Uri.UnescapeDataString).ToArray();
        foreach (var (pattern, operations) in Routes)
        {
            if (pattern.Length != parts.Length || !pattern.Zip(parts, (word, part) => word == "{id}" || word == part).All(same => same)) continue;
            var allow = string.Join(", ", operations.Keys.Append("OPTIONS"));
            if (method == "OPTIONS") return (204, allow, none);
            if (!operations.TryGetValue(method, out var operation)) return (405, allow, none);
            return (200, operation, parts.Where((_, i) => pattern[i] == "{id}").ToArray());
        }
        return (404, "NOT_FOUND", none);
    }
}
