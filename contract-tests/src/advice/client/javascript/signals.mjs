import { setTimeout as sleep } from "node:timers/promises";

const stopped = new AbortController();
process.once("SIGTERM", () => stopped.abort());

/** Use this for every wait, and `stopped.signal` for every fetch: SIGTERM ends them at once. */
export async function wait(milliseconds) {
  await sleep(milliseconds, undefined, { signal: stopped.signal }).catch(() => process.exit(143));
}

export const { signal } = stopped;
