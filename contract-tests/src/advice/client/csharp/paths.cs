using System;

static class Paths
{
    /// <summary>An ID may contain any character; escaped, none of them ends its path segment.</summary>
    public static string OrderUrl(string baseUrl, string orderId) =>
        $"{baseUrl}/orders/{Uri.EscapeDataString(orderId)}";
}
