using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;

static class Credential
{
    // `lnc_live_` in production. \z, since $ would allow a line break at the end.
    static readonly Regex Key = new Regex(@"^lnc_test_[0-9A-Za-z]{32}\z");

    /// <summary>
    /// The key of a request, or null. `values` are all values of its Authorization headers; no other header, no cookie and no query
    /// parameter is ever looked at.
    /// </summary>
    public static string? KeyOf(IReadOnlyList<string> values)
    {
        var parts = values.Count == 1 ? values[0].Split(' ', 2) : Array.Empty<string>();
        // The scheme in any case, the key exactly as it is.
        var isKey = parts.Length == 2 && parts[0].Equals("Bearer", StringComparison.OrdinalIgnoreCase) && Key.IsMatch(parts[1]);
        return isKey ? parts[1] : null;
    }
}
