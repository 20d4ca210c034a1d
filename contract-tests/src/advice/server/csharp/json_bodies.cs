using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;

class RejectedException : Exception
{
    public int Status { get; }

    public RejectedException(int status, string code) : base(code) => Status = status;
}

static class JsonBodies
{
    const int MaxDepth = 32;
    static readonly UTF8Encoding Strict = new UTF8Encoding(false, throwOnInvalidBytes: true);

    /// <summary>Call this for operations that take a body; for a GET, Content-Type says nothing. Limit the size of the body first.</summary>
    public static JsonElement Parse(string? contentType, byte[] body)
    {
        var type = (contentType ?? "").Split(';')[0].Trim();
        if (!type.Equals("application/json", StringComparison.OrdinalIgnoreCase)) throw new RejectedException(415, "UNSUPPORTED_MEDIA_TYPE");
        JsonElement value;
        try
        {
            // Also rejects what follows the value, comments, and too many levels. It does not check the bytes of texts: Strict does.
            using var document = JsonDocument.Parse(Strict.GetString(body), new JsonDocumentOptions { MaxDepth = MaxDepth });
            value = document.RootElement.Clone();
            RejectDuplicates(value);
        }
        // A lone surrogate is an InvalidOperationException.
        catch (Exception error) when (error is JsonException || error is DecoderFallbackException || error is InvalidOperationException)
        {
            throw new RejectedException(400, "INVALID_JSON");
        }
        if (value.ValueKind != JsonValueKind.Object) throw new RejectedException(422, "VALIDATION_ERROR");
        return value;
    }

    static void RejectDuplicates(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) value.GetString();
        var inner = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToList() : new List<JsonElement>();
        if (value.ValueKind == JsonValueKind.Object)
        {
            var fields = value.EnumerateObject().ToList();
            if (fields.Select(field => field.Name).Distinct().Count() < fields.Count) throw new RejectedException(400, "INVALID_JSON");
            inner = fields.Select(field => field.Value).ToList();
        }
        inner.ForEach(RejectDuplicates);
    }
}
