using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

static class TokenErrors
{
    /// <summary>Which error of RFC 6749 §5.2 a token request has, in the order in which they are looked for.</summary>
    public static string? Problem(ILookup<string, string> form, bool clientIsKnown)
    {
        if (form.Any(field => field.Count() > 1) || !form.Contains("grant_type")) return "invalid_request";
        if (!clientIsKnown) return "invalid_client";
        var needed = form["grant_type"].Single() switch
        {
            "authorization_code" => "code",
            "refresh_token" => "refresh_token",
            _ => null,
        };
        return needed is null ? "unsupported_grant_type" : form.Contains(needed) ? null : "invalid_request";
    }

    /// <summary>invalid_client is a 401, with a challenge for a client that used Basic; all others are a 400.</summary>
    public static (int Status, Dictionary<string, string> Headers, string Body) Response(string error, bool usedBasic)
    {
        var status = error == "invalid_client" ? 401 : 400;
        var headers = new Dictionary<string, string>
        {
            ["Content-Type"] = "application/json",
            ["Cache-Control"] = "no-store",
            ["Pragma"] = "no-cache",
        };
        if (status == 401 && usedBasic) headers["WWW-Authenticate"] = "Basic realm=\"token\"";
        return (status, headers, JsonSerializer.Serialize(new { error }));
    }
}
