using System.Collections.Generic;
using System.Text.Json;

static class Unauthorized
{
    /// <summary>The only place that makes a 401, for every method and every cause. It takes no cause, so it cannot reveal one.</summary>
    public static (int Status, Dictionary<string, string> Headers, string Body) Response(bool bearerWasSent)
    {
        var headers = new Dictionary<string, string>
        {
            ["WWW-Authenticate"] = "Bearer realm=\"openprospect\"" + (bearerWasSent ? ", error=\"invalid_token\"" : ""),
            ["Content-Type"] = "application/json",
        };
        return (401, headers, JsonSerializer.Serialize(new { code = "AUTHENTICATION_ERROR", message = "Authentication failed" }));
    }
}
