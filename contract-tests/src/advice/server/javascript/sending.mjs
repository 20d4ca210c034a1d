/** A GET was handled for a HEAD, with all its steps; only here, its body is left out. `response` is that of node:http. */
export function send(response, method, { status, headers, body }) {
  if (status === 204) {
    response.writeHead(204, headers).end();
    return;
  }
  // Of the bytes, not of the characters, and of what a GET would send.
  const bytes = Buffer.from(body, "utf8");
  response.writeHead(status, { ...headers, "content-length": bytes.length });
  response.end(method === "HEAD" ? undefined : bytes);
}
