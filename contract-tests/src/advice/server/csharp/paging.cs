using System;
using System.Collections.Generic;
using System.Linq;

interface IRow
{
    string Id { get; }
    DateTimeOffset CreatedAt { get; }
}

static class Paging
{
    /// <summary>`rows` are all that the filters select; they are counted before the page is cut.</summary>
    public static object Page(IReadOnlyCollection<IRow> rows, int limit, int offset)
    {
        // The id decides between rows of the same time: any other order could change between two pages.
        var ordered = rows.OrderBy(row => row.CreatedAt).ThenBy(row => row.Id, StringComparer.Ordinal);
        var items = ordered.Skip(offset).Take(limit).ToArray();
        // The limit and the offset that applied.
        return new { items, total = rows.Count, limit, offset, has_more = (long)offset + items.Length < rows.Count };
    }
}
