const PREFIX = "/api/v1/";
const ROUTES = [
  { pattern: ["orders"], operations: { GET: "listOrders", POST: "createOrder" } },
  { pattern: ["orders", "{id}"], operations: { GET: "getOrder" } },
];

/** 404, 405 or, for OPTIONS, 204 with the value of Allow, or 200 with the operation and the ids of the path. */
export function route(method, path) {
  if (!path.startsWith(PREFIX)) return { status: 404 };
  let parts;
  try {
    // Split first, then decode each part once: an id may contain an encoded slash.
    parts = path.slice(PREFIX.length).split("/").map(decodeURIComponent);
  } catch {
    return { status: 404 };
  }
  // A trailing slash is the same path.
  if (parts.at(-1) === "") parts.pop();
  const found = ROUTES.find(
    ({ pattern }) => pattern.length === parts.length && pattern.every((word, i) => word === "{id}" || word === parts[i]),
  );
  if (!found) return { status: 404 };
  const allowed = { ...found.operations, ...(found.operations.GET && { HEAD: found.operations.GET }) };
  const allow = [...Object.keys(allowed), "OPTIONS"].sort().join(", ");
  if (method === "OPTIONS") return { status: 204, allow };
  if (!Object.hasOwn(allowed, method)) return { status: 405, allow };
  return { status: 200, operation: allowed[method], ids: parts.filter((_, i) => found.pattern[i] === "{id}") };
}
