const NEEDED = { authorization_code: "code", refresh_token: "refresh_token" };

/** Which error of RFC 6749 §5.2 a token request has, in the order in which they are looked for. `form` is a URLSearchParams. */
export function problem(form, clientIsKnown) {
  const names = [...form.keys()];
  if (new Set(names).size < names.length || !form.has("grant_type")) return "invalid_request";
  if (!clientIsKnown) return "invalid_client";
  if (!Object.hasOwn(NEEDED, form.get("grant_type"))) return "unsupported_grant_type";
  return form.has(NEEDED[form.get("grant_type")]) ? undefined : "invalid_request";
}

/** invalid_client is a 401, with a challenge for a client that used Basic; all others are a 400. */
export function response(error, usedBasic) {
  const status = error === "invalid_client" ? 401 : 400;
  const headers = { "content-type": "application/json", "cache-control": "no-store", pragma: "no-cache" };
  if (status === 401 && usedBasic) headers["www-authenticate"] = 'Basic realm="token"';
  return { status, headers, body: JSON.stringify({ error }) };
}
