import { afterEach, beforeEach } from "vitest";

import { perTest } from "./helper.js";

export function useOpenProspect(options) {
  // Of a hook that does not name what it takes, vitest rejects the test context once it is extended.
  const runner = {
    beforeEach: (hook) => beforeEach(({ task }) => hook(task)),
    afterEach: (hook) => afterEach(({ task }) => hook(task)),
    failed: (task) => task.result?.state === "fail" || Boolean(task.result?.errors?.length),
    report: (text) => console.error(text),
  };
  return perTest(runner, options);
}
