// Texts of clients are only text, and other sites get nowhere.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, control, curl, key, origin, screenshots, visit, withPage } from "./browser.mjs";

after(close);

const HOSTILE = `<script>hacked()</script>"'><img src=x onerror=hacked()>\u202e`;

test("hostile titles, headers, names and paths are text on every page", () =>
  withPage(async (page) => {
    page.on("dialog", (dialog) => dialog.accept());
    await page.exposeFunction("hacked", () => assert.fail("a text was run as a script"));
    const full = key("uisaf1");
    const order = { title: HOSTILE, features: ["CONTACTS"], companies: [{ company_name: HOSTILE }] };
    assert.equal(curl(full, "/orders", "--json", JSON.stringify(order)), 201);
    curl(full, `/${encodeURIComponent(HOSTILE)}?q=${encodeURIComponent(HOSTILE)}`, "-H", `X-Mine: ${HOSTILE}`);
    await control("POST", "/organizations/uisaf1/keys", { name: HOSTILE, preset: "orders" });
    const yaml = `name: hostile\nsummary: ${JSON.stringify(HOSTILE)}\nrules:\n  - when: {operation: [get_order]}\n    do: [{error: {status: 503}}]\n`;
    await control("POST", "/organizations/uisaf1/scenario", { yaml });
    const query = `q=${encodeURIComponent(HOSTILE)}`;
    for (const path of ["requests", `requests?${query}`, "keys", "scenarios", `scenarios?${query}`, "clock", "contract"]) {
      await visit(page, "uisaf1", path);
      await page.getByRole("heading", { level: 1 }).waitFor();
    }
    await visit(page, "uisaf1", "keys");
    await page.getByText("<script>hacked()</script>").first().waitFor();
    // The detail arrives by script, the list by the server.
    await visit(page, "uisaf1");
    for (const row of await page.locator("table.requests tbody tr").all()) {
      await row.click();
      await page.locator("#detail").getByText("hacked()").first().waitFor();
    }
    assert.equal(await page.locator("img, #detail script").count(), 0);
    await screenshots(page, "request-hostile");
  }));

test("a hostile request that arrives live is text", () =>
  withPage(async (page) => {
    await page.exposeFunction("hacked", () => assert.fail("a text was run as a script"));
    curl(key("uisaf2"), "/orders");
    await visit(page, "uisaf2");
    await page.getByText("live", { exact: true }).waitFor();
    curl(key("uisaf2"), `/${encodeURIComponent(HOSTILE)}'"`);
    await page.locator("table.requests tbody tr").nth(1).waitFor();
    assert.equal(await page.locator("table.requests img").count(), 0);
  }));

test("another site can neither frame nor drive the dashboard", () =>
  withPage(async (page) => {
    const full = key("uisaf3");
    curl(full, "/orders");
    const other = await page.context().newPage();
    const html = `<iframe src="${origin}/_mock/ui/uisaf3/keys"></iframe>
      <form method="post" action="${origin}/_mock/organizations/uisaf3/keys/key_1/revoke"><button>Win</button></form>`;
    await other.route("http://evil.test/", (route) => route.fulfill({ contentType: "text/html", body: html }));
    await other.goto("http://evil.test/");
    const framed = await other.frames()[1].evaluate(() => document.body.textContent).catch(() => "");
    assert.equal(framed.includes("FullAccess"), false, framed);
    const answered = other.waitForResponse((response) => response.url().endsWith("/revoke"));
    await other.getByRole("button", { name: "Win" }).click();
    assert.equal((await answered).status(), 401);
    assert.equal(curl(full, "/orders"), 200);
    await other.close();
  }));

test("a name that resolves to this machine is not this site", () =>
  withPage(async () => {
    const rebound = { headers: { Host: "evil.test" } };
    for (const path of ["/_mock/ui", "/_mock/organizations"]) assert.equal(await status(path, rebound), 401);
  }));

// `fetch` does not send another Host.
async function status(path, options) {
  const { request } = await import("node:http");
  return new Promise((resolve, reject) => {
    const sent = request(origin + path, options, (response) => resolve(response.resume().statusCode));
    sent.on("error", reject).end();
  });
}
