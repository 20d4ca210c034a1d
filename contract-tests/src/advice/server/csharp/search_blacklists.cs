using System.Collections.Generic;
using System.Linq;

/// <summary>The blacklists of each prospect search.</summary>
class SearchBlacklists
{
    readonly ISet<string> existing;
    readonly Dictionary<string, string[]> ids = new Dictionary<string, string[]>();

    /// <summary>The ids of the blacklists of the caller's organization.</summary>
    public SearchBlacklists(ISet<string> existing) => this.existing = existing;

    /// <summary>PUT replaces: no id of before stays, and an empty list leaves none. Check every id first: 404 changes nothing.</summary>
    public void Put(string searchId, IReadOnlyList<string> wanted)
    {
        var unknown = wanted.FirstOrDefault(id => !existing.Contains(id));
        if (unknown != null) throw new KeyNotFoundException(unknown);
        ids[searchId] = wanted.Distinct().ToArray();
    }

    /// <summary>What was deleted since is left out.</summary>
    public IEnumerable<string> List(string searchId) =>
        ids.TryGetValue(searchId, out var found) ? found.Where(existing.Contains) : Enumerable.Empty<string>();
}
