using System;
using System.Text.Json;

/// <summary>No retry helps: let it end the program, which prints it.</summary>
class RefusedException : Exception
{
    public RefusedException(string message) : base(message) { }
}

static class Refusals
{
    /// <summary>Call this with each response, before anything is retried.</summary>
    public static void Check(int status, JsonElement body)
    {
        if (status == 401) throw new RefusedException("the API key is invalid, expired or revoked: check OPENPROSPECT_API_KEY");
        if (status == 403) throw new RefusedException($"the API key lacks a scope; required: {RequiredScopes(body) ?? body.ToString()}");
    }

    /// <summary>They may be in the body, in `detail` or `details`, and all of that in `error`.</summary>
    static string? RequiredScopes(JsonElement place)
    {
        if (place.ValueKind != JsonValueKind.Object) return null;
        if (place.TryGetProperty("required_scopes", out var scopes)) return scopes.ToString();
        foreach (var name in new[] { "detail", "details", "error" })
            if (place.TryGetProperty(name, out var inner) && RequiredScopes(inner) is string found) return found;
        return null;
    }
}
