// A browser that accepts no fault of a page: no error in the console, no violation of the policy, no request to another
// host, and nothing that axe finds serious.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../target/ui/", import.meta.url));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const origin = process.env.ORIGIN;
const SCREENSHOTS = new URL("../../../target/ui-screenshots/", import.meta.url).pathname;
const VIEWS = [
  { width: 1440, scheme: "light" },
  { width: 1440, scheme: "dark" },
  { width: 1024, scheme: "light" },
  { width: 390, scheme: "dark" },
];

let browser;
// The cookies of a user who is signed in.
let session;

// Runs `use` with the page of a user who is signed in.
export async function withPage(use, options = {}) {
  browser ??= await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, storageState: session, ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  if (process.env.ASSETS) await context.route("**/_mock/ui/assets/**", fromSource);
  const page = await context.newPage();
  const faults = watch(page);
  try {
    if (!session && !("storageState" in options)) {
      await signIn(page);
      session = await context.storageState();
    }
    await use(page, faults);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

export async function close() {
  await browser?.close();
  browser = undefined;
}

export async function signIn(page) {
  await page.goto(`${origin}/`);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Requests" }).waitFor();
}

// With ASSETS=source, styles and scripts can be changed without compiling the server.
function fromSource(route) {
  const name = new URL(route.request().url()).pathname.split("/").at(-1);
  return route.fulfill({ path: new URL(`../../src/ui/assets/${name}`, import.meta.url).pathname });
}

// Everything that goes wrong in a page.
function watch(page) {
  const faults = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith("data:")) faults.push(`request to ${url}`);
  });
  return faults;
}

// What axe finds serious in the page, or in a part of it: everything in light, and contrast in dark, too.
export async function accessible(page, part = "html") {
  // Not a script element, which the policy of the page would refuse.
  await page.evaluate(axe);
  for (const [colorScheme, runOnly] of Object.entries({ light: undefined, dark: ["color-contrast"] })) {
    await page.emulateMedia({ colorScheme });
    // Without `preload`, it makes no style elements, which the policy of the page would refuse, too.
    const options = runOnly ? { runOnly, preload: false } : { preload: false };
    const { violations } = await page.evaluate(([part, options]) => globalThis.axe.run(part, options), [part, options]);
    const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
    const found = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(", ")}`);
    assert.deepEqual(found, [], `${page.url()}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null });
}

// Keeps the page as people see it: wide, narrow, on a phone, light and dark.
export async function screenshots(page, name) {
  const before = page.viewportSize();
  for (const { width, scheme } of VIEWS) {
    await page.setViewportSize({ width, height: width > 640 ? 900 : 844 });
    await page.emulateMedia({ colorScheme: scheme });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${name} is ${overflow} px wider than ${width} px`);
    await page.screenshot({ path: `${SCREENSHOTS}${name}-${width}-${scheme}.png` });
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(before);
}

// A page of an organization.
export async function visit(page, organization, path = "requests") {
  await page.goto(`${origin}/_mock/ui/${organization}/${path}`);
}

// Sends a request with curl, as people do, and returns its status.
export function curl(key, path, ...more) {
  const status = ["-s", "-o", "/dev/null", "-w", "%{http_code}"];
  const args = [...status, "-H", `Authorization: Bearer ${key}`, ...more, `${origin}/api/v1${path}`];
  return Number(execFileSync("curl", args, { encoding: "utf8" }));
}

// A key that appears with its organization.
export function key(organization, words = "FullAccess") {
  return `lnc_test_${words.padEnd(26, "x")}${organization}`;
}

// Sends a control request, as another program would.
export async function control(method, path, body) {
  const response = await fetch(`${origin}/_mock${path}`, { method, body: body && JSON.stringify(body) });
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
}
