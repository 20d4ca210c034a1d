/** The vendor's pages call the rows of a list `orders` and `items`. */
export const rows = (page) => page.orders ?? page.items;

/** The status decides: pages differ in the code of a 401, a 404 and a 429, and in the status of a validation error. */
export function kind(status) {
  const kinds = { 400: "invalid", 401: "key rejected", 403: "scope missing", 404: "not found", 422: "invalid", 429: "try later" };
  if (status >= 200 && status < 300) return "ok";
  return kinds[status] ?? (status >= 500 ? "try later" : "refused");
}

/** The details of an error, which may be nested in `error`, and are called `detail` or `details`. */
export function details(body) {
  const error = typeof body.error === "object" && body.error ? body.error : body;
  return error.detail ?? error.details;
}
