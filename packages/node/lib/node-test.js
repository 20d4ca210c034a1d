import { afterEach, beforeEach } from "node:test";

import { perTest } from "./helper.js";

export function useOpenProspect(options) {
  // Older versions of Node do not say whether the test has passed.
  const failed = (context) => context?.passed === false || Boolean(context?.error);
  return perTest({ beforeEach, afterEach, failed, report: (text, context) => context.diagnostic(text) }, options);
}
