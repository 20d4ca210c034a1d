/** The only way to a body: no handler makes an object of its own, so no field is missing or has another name. */
export function orderResponse(order) {
  // Each field by its name: what is stored besides stays inside, and undefined would be left out.
  const body = {
    id: order.id,
    title: order.title,
    status: order.status,
    created_at: order.createdAt.toISOString(),
    order_type: order.type ?? "ENRICHMENT",
    features: order.features ?? [],
    blacklist_ids: order.blacklistIds ?? [],
  };
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
