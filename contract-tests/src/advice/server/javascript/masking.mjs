const PREFIXES = ["lnc_live_", "lnc_test_"];
const PIECE = 8;

/** Decodes %XX, also where what is encoded is no UTF-8. */
const decoded = (text) => text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

/** What a caller sent, before it goes into a body, a header or a log: hidden if it has any key, or a part of the caller's own. */
export function echoed(text, authorization = "") {
  const plain = decoded(text);
  const secret = (authorization.split(" ")[1] ?? "").replace(/^lnc_(?:live|test)_/, "");
  const count = secret ? Math.max(1, secret.length - PIECE + 1) : 0;
  const pieces = Array.from({ length: count }, (_, at) => secret.slice(at, at + PIECE));
  return [...PREFIXES, ...pieces].some((part) => plain.includes(part)) ? "[key]" : text;
}

/** A key that was pasted in the place of an id does not come back. */
export function notFound(entityType, identifier, authorization) {
  const shown = echoed(identifier, authorization);
  return { code: "ENTITY_NOT_FOUND", message: `${entityType} not found`, entity_type: entityType, identifier: shown };
}
