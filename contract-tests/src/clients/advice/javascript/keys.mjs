import { readFile } from "node:fs/promises";

/** Reads the key for each call, so that a new one is used as soon as it is there. */
export async function call(url, path, options = {}) {
  const key = (await readFile(path, "utf8")).trim();
  return fetch(url, { ...options, headers: { ...options.headers, Authorization: `Bearer ${key}` } });
}
