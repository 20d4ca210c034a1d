/** The only place that makes a 401, for every method and every cause. It takes no cause, so it cannot reveal one. */
export function unauthorized(bearerWasSent) {
  const error = bearerWasSent ? ', error="invalid_token"' : "";
  return {
    status: 401,
    headers: { "www-authenticate": `Bearer realm="openprospect"${error}`, "content-type": "application/json" },
    body: JSON.stringify({ code: "AUTHENTICATION_ERROR", message: "Authentication failed" }),
  };
}
