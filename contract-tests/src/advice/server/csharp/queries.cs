using System.Collections.Generic;
using System.Globalization;

static class Queries
{
    static readonly Dictionary<string, (int Low, int High)> Bounds = new Dictionary<string, (int, int)>
    {
        ["limit"] = (1, 100),
        ["offset"] = (0, 1_000_000_000),
    };

    /// <summary>The values, and the errors of a 422, which name the parameter. `query` has what came, decoded and in its order.</summary>
    public static (Dictionary<string, int> Values, List<object> Errors) Parse(IEnumerable<(string Name, string Text)> query)
    {
        var values = new Dictionary<string, int>();
        var errors = new List<object>();
        foreach (var (field, provided) in query)
        {
            // NumberStyles.None: no blanks, no sign, no separators, no fraction.
            var isNumber = int.TryParse(provided, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            if (!Bounds.TryGetValue(field, out var bounds))
                errors.Add(new { field, error = $"is unknown; use one of {string.Join(", ", Bounds.Keys)}", provided });
            else if (values.ContainsKey(field))
                errors.Add(new { field, error = "is given twice", provided });
            else if (!isNumber || number < bounds.Low || number > bounds.High)
                errors.Add(new { field, error = $"must be an integer from {bounds.Low} to {bounds.High}", provided });
            else
                values[field] = number;
        }
        values.TryAdd("limit", 50);
        values.TryAdd("offset", 0);
        return (values, errors);
    }
}
