import type { Organization, OrganizationOptions } from "./index.js";

/**
 * Gives each test an organization of its own, which is deleted after it. The returned object stands for that of the current
 * test. Where the runner says that a test has failed, its requests are shown.
 */
export function useOpenProspect(options?: OrganizationOptions): Organization;
