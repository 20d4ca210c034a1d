using System.Text.RegularExpressions;

static class Masking
{
    static readonly Regex Key = new Regex(@"lnc_(?:live|test)_\w+");

    /// <summary>What a caller sent, before it goes into a body, a header or a log.</summary>
    public static string Echoed(string text, string authorization)
    {
        var parts = authorization.Split(' ', 2);
        var masked = Key.Replace(text, "[key]");
        return parts.Length == 2 && parts[1] != "" ? masked.Replace(parts[1], "[key]") : masked;
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
