using System.Collections.Generic;
using System.Text.Json;

static class ErrorBody
{
    /// <summary>One table, in the words of the page that takes precedence.</summary>
    static readonly Dictionary<string, int> Status = new Dictionary<string, int>
    {
        ["INVALID_JSON"] = 400,
        ["AUTHENTICATION_ERROR"] = 401,
        ["AUTHORIZATION_ERROR"] = 403,
        ["ENTITY_NOT_FOUND"] = 404,
        ["NOT_FOUND"] = 404,
        ["METHOD_NOT_ALLOWED"] = 405,
        ["CONFLICT"] = 409,
        ["VALIDATION_ERROR"] = 422,
        ["rate_limit_exceeded"] = 429,
        ["INTERNAL_ERROR"] = 500,
    };

    /// <summary>Every error is made here: flat, with `code` and `message`; further fields, such as `detail`, for some codes.</summary>
    public static (int Status, string Body) Of(string code, string message, IDictionary<string, object>? fields = null)
    {
        var body = new Dictionary<string, object> { ["code"] = code, ["message"] = message };
        foreach (var (name, value) in fields ?? new Dictionary<string, object>()) body[name] = value;
        return (Status[code], JsonSerializer.Serialize(body));
    }
}
