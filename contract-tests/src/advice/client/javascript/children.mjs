import { execFileSync } from "node:child_process";

/** The command line is visible to every user of the machine: curl reads the header from its standard input. */
export function listOrders(url, key) {
  const options = ["--silent", "--show-error", "--fail", "--max-time", "20", "--header", "@-", `${url}/orders`];
  return execFileSync("curl", options, { input: `Authorization: Bearer ${key}\n`, encoding: "utf8" });
}
