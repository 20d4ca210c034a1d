/** One client for the whole program: it sends the key in one header and nowhere else; fetch keeps connections open. */
export function client(env = process.env) {
  const base = env.OPENPROSPECT_API_URL;
  const key = env.OPENPROSPECT_API_KEY?.trim();
  if (!base || !key) throw new Error("OPENPROSPECT_API_URL and OPENPROSPECT_API_KEY must be set");
  if (key.startsWith("lnc_live_") && ["localhost", "127.0.0.1"].includes(new URL(base).hostname)) {
    throw new Error("OPENPROSPECT_API_KEY is a live key, and OPENPROSPECT_API_URL a test server");
  }
  const headers = { authorization: `Bearer ${key}`, accept: "application/json", "user-agent": "my-program/1.0" };
  return (path, options = {}) =>
    fetch(base + path, { signal: AbortSignal.timeout(20_000), ...options, headers: { ...options.headers, ...headers } });
}
