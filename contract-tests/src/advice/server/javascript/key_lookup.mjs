import { createHash } from "node:crypto";

const hash = (key) => createHash("sha256").update(key).digest("hex");

export class Keys {
  #byHash = new Map();

  /** The hash of the whole key decides, prefix and case included. It is looked up for each request: no cache outlives a revocation. */
  valid(presented, now) {
    const key = this.#byHash.get(hash(presented));
    // Unknown, revoked and expired do the same work and have the same result, so nothing tells them apart.
    const revoked = key?.revokedAt !== undefined && now >= key.revokedAt;
    const expired = key?.expiresAt !== undefined && now >= key.expiresAt;
    return revoked || expired ? undefined : key;
  }

  add(key, row) {
    this.#byHash.set(hash(key), row);
  }
}
