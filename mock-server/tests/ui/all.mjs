// All tests, in one process with one browser.

import { readdirSync } from "node:fs";

const files = readdirSync(new URL(".", import.meta.url)).filter((name) => name.endsWith(".test.mjs"));
for (const name of files.sort()) await import(`./${name}`);
