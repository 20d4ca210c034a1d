/** Give each order a title of its own. If the outcome of the POST is unknown, the list shows whether it was carried out. */
export async function createOrder(url, headers, order) {
  const post = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(order) };
  for (let attempt = 0; attempt < 2; attempt++) {
    // No response counts as a 5xx.
    const response = await fetch(`${url}/orders`, { ...post, signal: AbortSignal.timeout(20_000) }).catch(() => undefined);
    if (response?.ok) return response.json();
    if (response && response.status < 500) throw new Error(`the API returned ${response.status}`);
    const created = await find(url, headers, order.title);
    if (created) return created;
  }
  throw new Error(`the order ${order.title} could not be created`);
}

async function find(url, headers, title) {
  for (let offset = 0; ; ) {
    const response = await fetch(`${url}/orders?limit=100&offset=${offset}`, { headers, signal: AbortSignal.timeout(20_000) });
    if (!response.ok) throw new Error(`the API returned ${response.status}`);
    const page = await response.json();
    const found = page.orders.find((order) => order.title === title);
    offset += page.orders.length;
    if (found || page.orders.length === 0 || offset >= page.total) return found;
  }
}
