const LOOPBACK = ["127.0.0.1", "[::1]"];

function withoutPort(uri) {
  const url = URL.canParse(uri) && new URL(uri);
  if (!url || url.protocol !== "http:" || !LOOPBACK.includes(url.hostname) || url.username) return undefined;
  url.port = "";
  return url.href;
}

/** Compared as text, but for the port of a loopback address. If it is not registered, show an error page: do not redirect. */
export function isRegistered(uri, registered) {
  // Parsers drop line breaks and blanks, which `redirect` would send; parameters after a fragment would be part of it.
  if (!/^[!-~]+$/.test(uri) || uri.includes("#")) return false;
  if (registered.includes(uri)) return true;
  const wanted = withoutPort(uri);
  return wanted !== undefined && registered.some((other) => withoutPort(other) === wanted);
}

/** `result` has `code` or `error`. The state goes back as it came, with errors, too. */
export function redirect(uri, state, issuer, result) {
  const query = new URLSearchParams({ ...result, ...(state !== undefined && { state }), iss: issuer });
  return `${uri}${uri.includes("?") ? "&" : "?"}${query}`;
}
