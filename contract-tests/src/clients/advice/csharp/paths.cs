using System;

static class Paths
{
    /// <summary>An id may have any character: none of them ends the part of the path that it stands in.</summary>
    public static string OrderUrl(string baseUrl, string orderId) =>
        $"{baseUrl}/orders/{Uri.EscapeDataString(orderId)}";
}
