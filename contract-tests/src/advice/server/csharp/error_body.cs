using System.Collections.Generic;
using System.Text.Json;

static class ErrorBody
{
    /// <summary>One table, in the words of the page that takes precedence.</summary>
    static readonly Dictionary<string, int> Status = new Dictionary<string, int>
    {
        ["INVALID_JSON"] = 400,
        ["INVALID_REQUEST"] = 400,
        ["AUTHENTICATION_ERROR"] = 401,
        ["AUTHORIZATION_ERROR"] = 403,
        ["ENTITY_NOT_FOUND"] = 404,
        ["NOT_FOUND"] = 404,
        ["METHOD_NOT_ALLOWED"] = 405,
        ["REQUEST_TIMEOUT"] = 408,
        ["CONFLICT"] = 409,
        ["PAYLOAD_TOO_LARGE"] = 413,
        ["URI_TOO_LONG"] = 414,
        ["UNSUPPORTED_MEDIA_TYPE"] = 415,
        ["VALIDATION_ERROR"] = 422,
        ["rate_limit_exceeded"] = 429,
        ["HEADERS_TOO_LARGE"] = 431,
        ["INTERNAL_ERROR"] = 500,
        ["NOT_IMPLEMENTED"] = 501,
        ["SERVICE_UNAVAILABLE"] = 503,
    };

    /// <summary>Every error is made here: flat, with `code` and `message`; further fields, such as `detail`, for some codes.</summary>
    public static (int Status, string Body) Of(string code, string message, IDictionary<string, object>? fields = null)
    {
        var body = new Dictionary<string, object> { ["code"] = code, ["message"] = message };
        foreach (var (name, value) in fields ?? new Dictionary<string, object>()) body[name] = value;
        return (Status[code], JsonSerializer.Serialize(body));
    }
}
