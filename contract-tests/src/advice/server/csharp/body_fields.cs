using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;

static class BodyFields
{
    static readonly string[] Features = { "COMPANY_DATA", "CONTACTS", "TECHNOLOGIES" };
    const int MaxCompanies = 10_000;

    /// <summary>
    /// The `detail.validation_errors` of a 422. Every rule of the schema, and nothing else, is checked before anything is stored. No value
    /// is converted, cut or replaced.
    /// </summary>
    public static List<object> ErrorsOfOrder(JsonElement body)
    {
        var errors = new List<object>();
        void Reject(string field, string error) =>
            errors.Add(new { field, error, provided = body.TryGetProperty(field, out var value) ? (object)value : null });
        var title = body.TryGetProperty("title", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
        // Characters, not UTF-16 units.
        if (title == "" || title.Count(unit => !char.IsLowSurrogate(unit)) > 255) Reject("title", "must be a text of 1 to 255 characters");
        var isList = body.TryGetProperty("features", out var features) && features.ValueKind == JsonValueKind.Array;
        if (!isList || !features.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && Features.Contains(item.GetString())))
            Reject("features", $"must be a list of {string.Join(", ", Features)}");
        var sent = body.TryGetProperty("companies", out var companies);
        if (body.TryGetProperty("order_type", out var type) && type.ToString() == "DISCOVERY")
        {
            if (sent) Reject("companies", "a discovery order finds its companies itself");
        }
        else if (!sent || companies.ValueKind != JsonValueKind.Array || companies.GetArrayLength() < 1 || companies.GetArrayLength() > MaxCompanies)
        {
            Reject("companies", $"must have 1 to {MaxCompanies.ToString(CultureInfo.InvariantCulture)} companies");
        }
        return errors;
    }
}
