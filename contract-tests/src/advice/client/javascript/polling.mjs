/** Polls with growing waits, until the order has a final status or the time is up. */
export async function waitFor(getOrder, timeout = 600_000) {
  const end = performance.now() + timeout;
  for (let wait = 1000; ; wait = Math.min(wait * 1.5, 15_000)) {
    const order = await getOrder();
    if (order.status === "COMPLETED") return order;
    if (order.status === "CANCELLED") throw new Error(`order ${order.id} was cancelled`);
    if (performance.now() + wait > end) throw new Error(`order ${order.id} is still ${order.status}`);
    await new Promise((done) => setTimeout(done, wait));
  }
}
