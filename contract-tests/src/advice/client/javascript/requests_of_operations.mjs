const MAX_LIMIT = 100;

/** A method for each operation: paths are constants of the contract but for their ids. */
export class Api {
  constructor(url, headers) {
    Object.assign(this, { url, headers });
  }

  /** What a GET asks for is in its query, each parameter once; it has no body. */
  listOrders(offset = 0, limit = 50) {
    const query = new URLSearchParams({ limit: Math.max(1, Math.min(limit, MAX_LIMIT)), offset: Math.max(0, offset) });
    return fetch(`${this.url}/orders?${query}`, { headers: this.headers, signal: AbortSignal.timeout(20_000) });
  }

  /** A text can be sent again, unlike a stream; a retry calls this again. */
  createOrder(order) {
    const headers = { ...this.headers, "content-type": "application/json" };
    const body = JSON.stringify(order);
    return fetch(`${this.url}/orders`, { method: "POST", headers, body, signal: AbortSignal.timeout(20_000) });
  }
}
