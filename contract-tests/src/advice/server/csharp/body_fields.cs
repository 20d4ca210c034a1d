using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;

static class BodyFields
{
    static readonly string[] Features = { "COMPANY_DATA", "CONTACTS", "TECHNOLOGIES" };
    const int MaxFeatures = 50;
    const int MaxCompanies = 10_000;

    /// <summary>
    /// The `detail.validation_errors` of a 422. The rules of four fields; check those of all others, such as of each company, before anything
    /// is stored, too. No value is converted, cut or replaced.
    /// </summary>
    public static List<object> ErrorsOfOrder(JsonElement body)
    {
        var errors = new List<object>();
        void Reject(string field, string error) =>
            errors.Add(new { field, error, provided = body.TryGetProperty(field, out var value) ? (object)value : null });
        var title = body.TryGetProperty("title", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
        // Characters, not UTF-16 units.
        var isTooLong = title.Count(unit => !char.IsLowSurrogate(unit)) > 200;
        if (string.IsNullOrWhiteSpace(title) || isTooLong) Reject("title", "must be a text of 1 to 200 characters, and not blank");
        var isList = body.TryGetProperty("features", out var features) && features.ValueKind == JsonValueKind.Array;
        var count = isList ? features.GetArrayLength() : 0;
        bool IsFeature(JsonElement item) => item.ValueKind == JsonValueKind.String && Features.Contains(item.GetString());
        if (count < 1 || count > MaxFeatures || !features.EnumerateArray().All(IsFeature))
            Reject("features", $"must be a list of 1 to {MaxFeatures} of {string.Join(", ", Features)}");
        var sent = body.TryGetProperty("companies", out var companies);
        var type = body.TryGetProperty("order_type", out var sentType) ? sentType.ToString() : "ENRICHMENT";
        if (type != "ENRICHMENT" && type != "DISCOVERY")
        {
            Reject("order_type", "must be ENRICHMENT or DISCOVERY");
        }
        else if (type == "DISCOVERY")
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
