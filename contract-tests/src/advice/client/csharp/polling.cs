using System;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Tasks;

static class Polling
{
    /// <summary>Polls with growing waits, until the order has a final status or the time is up.</summary>
    public static async Task<JsonElement> WaitFor(Func<Task<JsonElement>> getOrder, TimeSpan timeout)
    {
        var since = Stopwatch.StartNew();
        for (var wait = TimeSpan.FromSeconds(1); ; wait = wait * 1.5 < TimeSpan.FromSeconds(15) ? wait * 1.5 : TimeSpan.FromSeconds(15))
        {
            var order = await getOrder();
            var status = order.GetProperty("status").GetString();
            if (status == "COMPLETED") return order;
            if (status == "CANCELLED") throw new InvalidOperationException($"order {order.GetProperty("id")} was cancelled");
            if (since.Elapsed + wait > timeout) throw new TimeoutException($"order {order.GetProperty("id")} is still {status}");
            await Task.Delay(wait);
        }
    }
}
