import { randomUUID } from "node:crypto";

const BELONGS = { 201: "location", 401: "www-authenticate", 403: "www-authenticate", 405: "allow", 429: "retry-after" };

/** Every response passes here last: successes, errors of each step, and those of the server itself. */
export function finished(status, headers, quota, now) {
  const always = { date: new Date(now).toUTCString(), "x-request-id": randomUUID() };
  if (status !== 204) always["content-type"] = "application/json";
  // `quota` is empty until the key is known to be valid; from then on, each response shows it.
  const result = { ...headers, ...quota, ...always };
  const missing = BELONGS[status];
  if (missing && !(missing in result)) throw new Error(`a ${status} without ${missing}`);
  return result;
}
