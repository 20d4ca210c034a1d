// The whole walk of a newcomer, on one organization: from the first sign-in to the 401 of a revoked key.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, curl, key, origin, signIn, visit, withPage } from "./browser.mjs";

after(close);

const rows = (page) => page.locator("table.requests tbody tr");
const rail = (page, name) => page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name });
const why = (page) => page.locator("#detail .why");

test("a newcomer signs in, makes a key, sees why a request was refused, and revokes the key", () =>
  withPage(async (page) => {
    page.on("dialog", (dialog) => dialog.accept());
    await signIn(page);
    curl(key("uiwlk1"), "/orders");
    await visit(page, "uiwlk1", "keys");
    await page.getByRole("button", { name: "Create key" }).click();
    const form = page.getByRole("dialog", { name: "Create a key" });
    await form.getByLabel("Name").fill("My first program");
    await form.getByRole("radio", { name: /Read only/ }).check();
    await form.getByRole("button", { name: "Create key" }).click();
    const shown = page.getByRole("dialog", { name: "Your new key" });
    const created = await shown.locator("[data-new-key]").textContent();
    await shown.getByRole("button", { name: "I have stored it" }).click();
    await shown.waitFor({ state: "hidden" });

    // The request arrives without a reload, within a second.
    await rail(page, "Requests").click();
    await page.getByText("live", { exact: true }).waitFor();
    const begin = Date.now();
    assert.equal(curl(created, "/orders", "--json", "{}"), 403);
    await rows(page).nth(1).waitFor();
    assert.ok(Date.now() - begin < 1000, `${Date.now() - begin} ms`);
    await rows(page).first().click();
    await why(page).getByText("the operation needs orders:write; the key holds").waitFor();
    await page.locator("#detail").getByText("Create one, for example with the preset Orders").waitFor();

    // Another one is announced while details are open. It is sent again, and the new one opens.
    assert.equal(curl(created, "/companies"), 200);
    await page.getByText("1 new", { exact: true }).click();
    await rows(page).nth(2).waitFor();
    await rows(page).first().click();
    await why(page).getByText("list_companies succeeded").waitFor();
    const first = page.url();
    await page.getByRole("button", { name: "Replay" }).click();
    await page.waitForURL((url) => url.href !== first);
    await why(page).getByText("list_companies succeeded").waitFor();
    assert.equal(await rows(page).count(), 4);

    await rail(page, "Keys").click();
    const row = page.getByRole("row", { name: /My first program/ });
    await row.getByText("Actions for").click();
    await row.getByRole("button", { name: "Revoke" }).click();
    await row.getByText("revoked", { exact: true }).waitFor();
    await rail(page, "Requests").click();
    await page.getByText("live", { exact: true }).waitFor();
    assert.equal(curl(created, "/orders"), 401);
    await rows(page).first().locator(".pill", { hasText: "401" }).waitFor();
    await rows(page).first().click();
    await why(page).getByText("revoked").waitFor();
  }, { storageState: undefined }));

test("a storm is switched on and seen, and the clock completes an order", () =>
  withPage(async (page) => {
    const full = key("uiwlk2");
    curl(full, "/orders");
    await visit(page, "uiwlk2", "scenarios?q=rate-limit-storm");
    await page.getByRole("switch").first().click();
    await page.locator(".chip.armed").waitFor();
    assert.deepEqual([1, 2].map(() => curl(full, "/orders")), [200, 429]);
    await rail(page, "Requests").click();
    await rows(page).first().locator(".mark").waitFor();
    await rows(page).first().click();
    await why(page).getByText("of the scenario rate-limit-storm was applied").waitFor();
    await rail(page, "Scenarios").click();
    await page.getByRole("region", { name: "Active scenario" }).getByRole("switch").click();
    await page.getByText("No scenario is active").waitFor();

    await rail(page, "Clock").click();
    await page.waitForURL(`${origin}/_mock/ui/uiwlk2/clock`);
    await page.getByRole("button", { name: "Freeze" }).click();
    await page.getByText("Time passes only when you advance it.").waitFor();
    const order = { title: "Hotels", features: ["CONTACTS"], companies: [{ company_name: "Grand Hotel Berlin" }] };
    assert.equal(curl(full, "/orders", "--json", JSON.stringify(order)), 201);
    await page.getByRole("button", { name: "+1 min" }).click();
    await page.locator(".big time").waitFor();
    const answer = await fetch(`${origin}/api/v1/orders?limit=1`, { headers: { Authorization: `Bearer ${full}` } });
    assert.equal((await answer.json()).orders[0].status, "COMPLETED");
  }));
