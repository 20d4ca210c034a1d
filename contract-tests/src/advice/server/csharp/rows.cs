using System.Collections.Generic;
using System.Linq;

/// <summary>One copy of the data: a list, a total and a read are computed from it, so none of them can be stale.</summary>
class Rows
{
    readonly Dictionary<string, Dictionary<string, object?>> stored = new Dictionary<string, Dictionary<string, object?>>();

    /// <summary>Null for what is deleted, as for what never was: a 404.</summary>
    public IDictionary<string, object?>? Read(string id) => stored.TryGetValue(id, out var row) ? View(row) : null;

    public IEnumerable<IDictionary<string, object?>> List() => stored.Values.Select(View);

    public IDictionary<string, object?>? Update(string id, IEnumerable<KeyValuePair<string, object?>> changes)
    {
        if (stored.TryGetValue(id, out var row))
            foreach (var (name, value) in changes) row[name] = value;
        return Read(id);
    }

    public bool Delete(string id) => stored.Remove(id);

    /// <summary>The same for a read and for a row of a list.</summary>
    static IDictionary<string, object?> View(Dictionary<string, object?> row) => new Dictionary<string, object?>(row);
}
