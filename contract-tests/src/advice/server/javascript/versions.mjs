/** 409 CONFLICT, and nothing has changed. */
export class Conflict extends Error {}

/** `database` is any client of SQL. Comparing and changing are one statement: of two updates at once, the second finds another version. */
export async function rename(database, id, name, version) {
  const { rowCount } = await database.query(
    "UPDATE prospect_searches SET name = $1, version = version + 1 WHERE id = $2 AND version = $3",
    [name, id, version],
  );
  // Also for a version that does not exist yet.
  if (rowCount === 0) throw new Conflict();
  return version + 1;
}
