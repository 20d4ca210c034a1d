using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

static class Updates
{
    /// <summary>The fields that were ignored since the caller may not change them (`stripped_fields`).</summary>
    public static string[] Apply(IDictionary<string, object?> stored, JsonElement body, ISet<string> isProtected, ICollection<string>? mask)
    {
        // A field that is not in the body stays as it is; one that is null in the body becomes null.
        var named = body.EnumerateObject().Where(field => mask?.Contains(field.Name) ?? true).ToList();
        foreach (var field in named.Where(field => !isProtected.Contains(field.Name)))
            stored[field.Name] = field.Value.ValueKind == JsonValueKind.Null ? null : (object)field.Value.Clone();
        return named.Select(field => field.Name).Where(isProtected.Contains).OrderBy(name => name).ToArray();
    }
}
