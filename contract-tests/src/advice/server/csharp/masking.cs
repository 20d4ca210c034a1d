using System;
using System.Linq;

static class Masking
{
    static readonly string[] Prefixes = { "lnc_live_", "lnc_test_" };
    const int Piece = 8;

    /// <summary>What a caller sent, before it goes into a body, a header or a log: hidden if it has any key, or a part of the caller's own.</summary>
    public static string Echoed(string text, string authorization)
    {
        var plain = Uri.UnescapeDataString(text);
        var secret = authorization.Split(' ', 2).ElementAtOrDefault(1) ?? "";
        if (Prefixes.Any(prefix => secret.StartsWith(prefix, StringComparison.Ordinal))) secret = secret.Substring(Prefixes[0].Length);
        var count = secret == "" ? 0 : Math.Max(1, secret.Length - Piece + 1);
        var pieces = Enumerable.Range(0, count).Select(at => secret.Substring(at, Math.Min(Piece, secret.Length)));
        return Prefixes.Concat(pieces).Any(part => plain.Contains(part, StringComparison.Ordinal)) ? "[key]" : text;
    }

    /// <summary>A key that was pasted in the place of an id does not come back.</summary>
    public static object NotFound(string entityType, string identifier, string authorization) => new
    {
        code = "ENTITY_NOT_FOUND",
        message = $"{entityType} not found",
        entity_type = entityType,
        identifier = Echoed(identifier, authorization),
    };
}
