import { randomUUID } from "node:crypto";

/** Each POST is an order of its own, also if its body is that of another one. It is stored before the response begins. */
export function create(orders, body, now) {
  const order = {
    id: randomUUID(),
    status: "RECEIVED",
    title: body.title,
    order_type: body.order_type ?? "ENRICHMENT",
    features: body.features,
    company_count: body.companies?.length ?? 0,
    created_at: now.toISOString(),
  };
  orders.set(order.id, order);
  return { status: 201, headers: { location: `/api/v1/orders/${order.id}` }, body: order };
}
