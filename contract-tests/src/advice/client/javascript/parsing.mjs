const STATUSES = new Set(["RECEIVED", "ACCEPTED", "IN_PROGRESS", "COMPLETED", "CANCELLED"]);

/** Only what the contract promises is required; the rest may be null or missing, and unknown fields are ignored. */
export function parseOrder(body) {
  const { id, title, status, features } = body ?? {};
  if (id === undefined || title === undefined || status === undefined) throw new Error("the body is not an order");
  // A new status is not an error: the order is not final yet.
  return { id, title, status: STATUSES.has(status) ? status : "UNKNOWN", features: features ?? [] };
}
