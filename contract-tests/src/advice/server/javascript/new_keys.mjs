import { createHash, randomInt, randomUUID } from "node:crypto";

const CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** The headers and the body of the 201, the only place with the whole key. Stored are its hash and how it is shown. */
export function create(rows, hashes, body) {
  const random = Array.from({ length: 32 }, () => CHARACTERS[randomInt(CHARACTERS.length)]);
  const key = `lnc_test_${random.join("")}`;
  const row = {
    id: `key_${randomUUID()}`,
    masked_key: `${key.slice(0, 13)}…${key.slice(-4)}`,
    // As requested, and no wider default.
    name: body.name,
    scopes: body.scopes,
    tier: body.tier ?? "free",
    expires_at: body.expires_at ?? null,
    status: "active",
    last_used_at: null, // Set it whenever the key is used.
  };
  rows.set(row.id, row);
  hashes.set(createHash("sha256").update(key).digest("hex"), row.id);
  return { headers: { "cache-control": "no-store" }, body: { ...row, key } };
}
