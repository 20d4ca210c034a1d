// What the helpers for test runners have in common.
import { organization } from "./server.js";

/**
 * Gives each test an organization of its own. Returns an object that stands for that of the current test. `failed` says
 * whether a test has failed, from what the runner passes to its hooks, and `report` shows the requests of such a test.
 */
export function perTest({ beforeEach, afterEach, failed, report }, options) {
  let current;
  beforeEach(async () => {
    current = await organization(options);
  });
  afterEach(async (context) => {
    const ended = current;
    current = undefined;
    if (failed(context)) {
      report(`OpenProspect requests:\n${(await ended.journal.text()) || "none; does the client use `apiUrl`?"}`, context);
    }
    await ended.close();
  });
  return new Proxy(Object.freeze({}), {
    get(_, name) {
      if (current === undefined) {
        throw new Error(`\`${String(name)}\` is known only while a test runs`);
      }
      const value = current[name];
      return typeof value === "function" ? value.bind(current) : value;
    },
  });
}
