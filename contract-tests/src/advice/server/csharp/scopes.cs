using System.Collections.Generic;
using System.Linq;

static class Scopes
{
    /// <summary>Exactly one scope for each operation, and no operation without one.</summary>
    static readonly Dictionary<(string Method, string Route), string> Required = new Dictionary<(string, string), string>
    {
        [("GET", "/orders")] = "orders:read",
        [("POST", "/orders")] = "orders:write",
        [("GET", "/orders/{id}")] = "orders:read",
    };

    /// <summary>The body of a 403, or null. A HEAD needs what its GET needs.</summary>
    public static object? Missing(string method, string route, ISet<string> held)
    {
        var required = Required[(method == "HEAD" ? "GET" : method, route)];
        return held.Contains(required) ? null : new
        {
            code = "AUTHORIZATION_ERROR",
            message = $"Insufficient permissions. Required scopes: {required}",
            detail = new { required_scopes = new[] { required }, user_scopes = held.OrderBy(scope => scope).ToArray() },
        };
    }
}
