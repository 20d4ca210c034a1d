const CLOSED = ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"];

/** fetch drops connections that a response closes. If the server closed one while it was idle, a GET is sent again, once. */
export async function get(url, headers) {
  const send = () => fetch(url, { headers, signal: AbortSignal.timeout(20_000) });
  try {
    return await send();
  } catch (error) {
    if (!CLOSED.includes(error.cause?.code)) throw error;
    return send();
  }
}
