const MAX_DEPTH = 32;

export class Rejected extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
  }
}

const isTooDeep = (value, left) =>
  value !== null && typeof value === "object" && (left === 0 || Object.values(value).some((inner) => isTooDeep(inner, left - 1)));

/** Rejects what JSON.parse takes and JSON cannot hold: half of a surrogate pair, such as "\ud800", and 1e999, which becomes Infinity. */
function checked(name, value) {
  const isText = typeof value === "string";
  const isInfinite = value === Infinity || value === -Infinity;
  if (!name.isWellFormed() || (isText && !value.isWellFormed()) || isInfinite) throw new SyntaxError("not JSON");
  return value;
}

/**
 * Call this for operations that take a body; for a GET, Content-Type says nothing. Limit the size of the body first. Of a duplicate field,
 * JSON.parse keeps the last value: validate what it returns, and use nothing else.
 */
export function parse(contentType, body) {
  const type = (contentType ?? "").split(";")[0].trim().toLowerCase();
  if (type !== "application/json") throw new Rejected(415, "UNSUPPORTED_MEDIA_TYPE");
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body), checked);
  } catch {
    throw new Rejected(400, "INVALID_JSON");
  }
  const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
  if (!isObject || isTooDeep(value, MAX_DEPTH)) throw new Rejected(422, "VALIDATION_ERROR");
  return value;
}
