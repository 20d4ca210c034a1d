// The hooks are globals. They do not say whether a test has failed; an error that `expect` throws is known to it alone.
import { perTest } from "./helper.js";

export function useOpenProspect(options) {
  const { beforeEach, afterEach } = globalThis;
  return perTest({ beforeEach: (hook) => beforeEach(hook), afterEach: (hook) => afterEach(() => hook()), failed: () => false }, options);
}
