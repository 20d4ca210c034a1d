using System;
using System.Collections.Concurrent;

class NewOrder
{
    public string Id { get; } = Guid.NewGuid().ToString();
    public string Status { get; } = "RECEIVED";
    public string Title { get; set; } = "";
    public string OrderType { get; set; } = "ENRICHMENT";
    public string[] Features { get; set; } = Array.Empty<string>();
    public int CompanyCount { get; set; }
}

static class NewOrders
{
    /// <summary>Each POST is an order of its own, also if its body is that of another one. It is stored before the response begins.</summary>
    public static (int Status, string Location, NewOrder Body) Create(ConcurrentDictionary<string, NewOrder> orders, NewOrder order)
    {
        orders[order.Id] = order;
        return (201, $"/api/v1/orders/{order.Id}", order);
    }
}
