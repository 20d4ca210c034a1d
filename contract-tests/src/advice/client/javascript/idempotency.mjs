import { randomUUID } from "node:crypto";

/** `attempt` sends a request with these headers and returns its status. One key for each request, the same for all its attempts. */
export async function send(attempt, attempts = 3) {
  const headers = { "idempotency-key": randomUUID() };
  for (let left = attempts; ; left--) {
    const status = await attempt(headers);
    // Too many requests: the server has not carried it out. Wait for Retry-After in `attempt`.
    if (status !== 429 || left === 1) return status;
  }
}
