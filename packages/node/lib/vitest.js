import { afterEach, beforeEach } from "vitest";

import { perTest } from "./helper.js";

export function useOpenProspect(options) {
  const failed = ({ task }) => task.result?.state === "fail" || Boolean(task.result?.errors?.length);
  return perTest({ beforeEach, afterEach, failed, report: (text) => console.error(text) }, options);
}
