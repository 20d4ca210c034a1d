/** The blacklists of each prospect search. `existing` has those of the caller's organization by their ids. */
export class SearchBlacklists {
  #ids = new Map();

  constructor(existing) {
    this.existing = existing;
  }

  /** PUT replaces: no id of before stays, and an empty list leaves none. Check every id first: 404 changes nothing. */
  put(searchId, ids) {
    const unknown = ids.find((id) => !this.existing.has(id));
    if (unknown !== undefined) throw new Error(`blacklist ${unknown} not found`);
    this.#ids.set(searchId, [...new Set(ids)]);
  }

  /** What was deleted since is left out. */
  list(searchId) {
    return (this.#ids.get(searchId) ?? []).filter((id) => this.existing.has(id));
  }
}
