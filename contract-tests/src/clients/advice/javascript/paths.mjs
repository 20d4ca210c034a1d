/** An id may have any character: none of them ends the part of the path that it stands in. */
export function orderUrl(baseUrl, orderId) {
  return `${baseUrl}/orders/${encodeURIComponent(orderId)}`;
}
