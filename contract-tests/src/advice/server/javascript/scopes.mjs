/** Exactly one scope for each operation, and no operation without one. */
const REQUIRED = {
  "GET /orders": "orders:read",
  "POST /orders": "orders:write",
  "GET /orders/{id}": "orders:read",
};

/** The body of a 403, or undefined. A HEAD needs what its GET needs. */
export function missingScope(method, route, held) {
  const required = REQUIRED[`${method === "HEAD" ? "GET" : method} ${route}`];
  if (required && held.has(required)) return undefined;
  return {
    code: "AUTHORIZATION_ERROR",
    message: `Insufficient permissions. Required scopes: ${required}`,
    detail: { required_scopes: [required], user_scopes: [...held].sort() },
  };
}
