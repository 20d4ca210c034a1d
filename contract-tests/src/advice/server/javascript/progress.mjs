const STEPS = ["RECEIVED", "ACCEPTED", "IN_PROGRESS"];

/** 409 CONFLICT. */
export class Conflict extends Error {}

/** Computed from the age, so it never goes back, and no job that hangs can hold it up. */
export function status(order, now) {
  if (order.cancelled) return "CANCELLED";
  // A clock may be set back.
  const age = Math.max(0, now - order.created);
  return age >= order.duration ? "COMPLETED" : STEPS[Math.floor((STEPS.length * age) / order.duration)];
}

export function results(order, now) {
  const is = status(order, now);
  if (is !== "COMPLETED") throw new Conflict(`the order is ${is}; its results are available once it is COMPLETED`);
  return order.results;
}

/** The same condition for deliveries as for results. */
export const deliveries = (orders, now) =>
  orders.filter((order) => status(order, now) === "COMPLETED").flatMap((order) => order.results);
