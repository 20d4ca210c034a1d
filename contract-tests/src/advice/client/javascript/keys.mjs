import { readFile } from "node:fs/promises";

/** Reads the key for each request, so that a new key is used as soon as it exists. */
export async function call(url, path, options = {}) {
  const key = (await readFile(path, "utf8")).trim();
  return fetch(url, { ...options, headers: { ...options.headers, Authorization: `Bearer ${key}` } });
}
