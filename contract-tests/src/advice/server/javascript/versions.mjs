/** 409 CONFLICT, and nothing has changed. */
export class Conflict extends Error {}

/**
 * `database` is any client of SQL. Comparing and changing are one statement: of two updates at once, the second finds another version.
 * Nothing of another organization changes.
 */
export async function rename(database, organization, id, name, version) {
  const { rowCount } = await database.query(
    "UPDATE prospect_searches SET name = $1, version = version + 1 WHERE id = $2 AND organization = $3 AND version = $4",
    [name, id, organization, version],
  );
  // A version that does not exist yet changes no row, either.
  if (rowCount === 0) throw new Conflict();
  return version + 1;
}
