using System;
using System.Linq;
using System.Text;
using System.Text.Json;

static class Text
{
    const int MaxCharacters = 200;
    static readonly UTF8Encoding Strict = new UTF8Encoding(false, throwOnInvalidBytes: true);

    /// <summary>Strict UTF-8 in, the same characters out: no Trim(), no Normalize(), no escaping, and no column of fewer bytes.</summary>
    public static string Title(byte[] body)
    {
        using var document = JsonDocument.Parse(Strict.GetString(body));
        var title = document.RootElement.GetProperty("title").GetString() ?? "";
        // Characters, not UTF-16 units. Strict throws for a lone surrogate, which cannot be stored.
        var isStorable = Strict.GetByteCount(title) > 0;
        var characters = title.Count(unit => !char.IsLowSurrogate(unit));
        return isStorable && characters <= MaxCharacters ? title : throw new ArgumentException("title");
    }
}
