import { inspect } from "node:util";

const KEY = /(lnc_(?:live|test)_)\w*(\w{4})/g;

/** The prefix and the last four characters tell keys apart. */
export const masked = (text) => text.replace(KEY, "$1…$2");

/** Use this in place of console.error: it also masks what is inside errors and objects. */
export function log(...values) {
  const texts = values.map((value) => (typeof value === "string" ? value : inspect(value)));
  process.stderr.write(`${masked(texts.join(" "))}\n`);
}
