/** 404, with the same body for an id that is unknown, malformed, or another organization's. */
export class NotFound extends Error {
  constructor(entityType, identifier) {
    super(`${entityType} not found`);
    this.body = { code: "ENTITY_NOT_FOUND", message: this.message, entity_type: entityType, identifier };
  }
}

/** A map for each organization, so no query can forget it. */
export class Store {
  #organizations = new Map();

  #rows(organization, entityType) {
    const key = JSON.stringify([organization, entityType]);
    if (!this.#organizations.has(key)) this.#organizations.set(key, new Map());
    return this.#organizations.get(key);
  }

  /** For ids in paths and for those in bodies. */
  get(organization, entityType, identifier) {
    const row = this.#rows(organization, entityType).get(identifier);
    if (!row) throw new NotFound(entityType, identifier);
    return row;
  }

  /** Also for filters by an id: one of another organization selects nothing. */
  list(organization, entityType) {
    return [...this.#rows(organization, entityType).values()];
  }
}
