/** An ID may contain any character; escaped, none of them ends its path segment. */
export function orderUrl(baseUrl, orderId) {
  return `${baseUrl}/orders/${encodeURIComponent(orderId)}`;
}
