using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Threading.Tasks;

static class ListPages
{
    /// <summary>Every row of a list. `get` requests the page at an offset; it retries a 429 itself, and throws if there is no page.</summary>
    public static async IAsyncEnumerable<JsonElement> Rows(Func<int, Task<JsonElement>> get)
    {
        var seen = new HashSet<string>();
        for (var offset = 0; ;)
        {
            var page = await get(offset);
            var rows = page.TryGetProperty("orders", out var orders) ? orders : page.GetProperty("items");
            var fresh = 0;
            foreach (var row in rows.EnumerateArray())
            {
                if (!seen.Add(row.GetProperty("id").ToString())) continue;
                fresh++;
                yield return row;
            }
            var found = rows.GetArrayLength();
            if (found > 0 && fresh == 0) throw new InvalidOperationException($"the page at offset {offset} repeats the ones before");
            // The server may have applied a smaller limit: what counts is the number of rows that came.
            offset += found;
            if (found == 0 || offset >= page.GetProperty("total").GetInt32()) yield break;
        }
    }
}
