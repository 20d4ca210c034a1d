using System;
using System.Collections.Generic;
using System.Linq;

static class Routing
{
    static readonly (string[] Pattern, Dictionary<string, string> Operations)[] Routes =
    {
        (new[] { "orders" }, new Dictionary<string, string> { ["GET"] = "ListOrders", ["HEAD"] = "ListOrders", ["POST"] = "CreateOrder" }),
        (new[] { "orders", "{id}" }, new Dictionary<string, string> { ["GET"] = "GetOrder", ["HEAD"] = "GetOrder" }),
    };

    /// <summary>404, 405 with the value of Allow, or 200 with the operation; and the ids of the path.</summary>
    public static (int Status, string Value, string[] Ids) Route(string method, string path)
    {
        // Split first, then decode each part once: an id may contain an encoded slash. A trailing slash is the same path.
        var encoded = path.Replace("/api/v1/", "").Split('/');
        if (encoded[^1] == "") encoded = encoded[..^1];
        var parts = encoded.Select(Uri.UnescapeDataString).ToArray();
        foreach (var (pattern, operations) in Routes)
        {
            if (pattern.Length != parts.Length || !pattern.Zip(parts, (word, part) => word == "{id}" || word == part).All(same => same)) continue;
            if (!operations.TryGetValue(method, out var operation)) return (405, string.Join(", ", operations.Keys), Array.Empty<string>());
            return (200, operation, parts.Where((_, i) => pattern[i] == "{id}").ToArray());
        }
        return (404, "NOT_FOUND", Array.Empty<string>());
    }
}
