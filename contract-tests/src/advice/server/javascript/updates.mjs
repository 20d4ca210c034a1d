/** The new values, and the fields that were ignored since the caller may not change them (`stripped_fields`). */
export function updated(stored, body, isProtected, mask) {
  // A field that is not in the body stays as it is; one that is null in the body becomes null.
  const named = Object.entries(body).filter(([name]) => !mask || mask.includes(name));
  const stripped = named.map(([name]) => name).filter(isProtected).sort();
  const changes = Object.fromEntries(named.filter(([name]) => !isProtected(name)));
  // Store this, and return what is stored.
  return { row: { ...stored, ...changes }, stripped };
}
