/** One copy of the data: a list, a total and a read are computed from it, so none of them can be stale. */
export class Rows {
  #stored = new Map();

  /** Undefined for what is deleted, as for what never was: a 404. */
  read(id) {
    const row = this.#stored.get(id);
    return row && this.#view(row);
  }

  list() {
    return [...this.#stored.values()].map((row) => this.#view(row));
  }

  update(id, changes) {
    if (!this.#stored.has(id)) return undefined;
    this.#stored.set(id, { ...this.#stored.get(id), ...changes });
    return this.read(id);
  }

  delete(id) {
    return this.#stored.delete(id);
  }

  /** The same for a read and for a row of a list. */
  #view(row) {
    return { ...row };
  }
}
