// `lnc_live_` in production.
const KEY = /^lnc_test_[0-9A-Za-z]{32}$/;

/** The key of a request, or undefined. No other header, no cookie and no query parameter is ever looked at. */
export function keyOf(request) {
  // headersDistinct keeps what came twice apart.
  const values = request.headersDistinct.authorization ?? [];
  if (values.length !== 1) return undefined;
  const [scheme, key, ...more] = values[0].split(" ");
  // The scheme in any case, the key exactly as it is.
  return scheme.toLowerCase() === "bearer" && more.length === 0 && KEY.test(key) ? key : undefined;
}
