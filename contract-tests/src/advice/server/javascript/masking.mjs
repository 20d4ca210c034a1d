const KEY = /lnc_(?:live|test)_\w+/g;

/** What a caller sent, before it goes into a body, a header or a log. */
export function echoed(text, authorization = "") {
  const secret = authorization.split(" ")[1];
  const masked = text.replace(KEY, "[key]");
  return secret ? masked.replaceAll(secret, "[key]") : masked;
}

/** A key that was pasted in the place of an id does not come back. */
export function notFound(entityType, identifier, authorization) {
  const shown = echoed(identifier, authorization);
  return { code: "ENTITY_NOT_FOUND", message: `${entityType} not found`, entity_type: entityType, identifier: shown };
}
