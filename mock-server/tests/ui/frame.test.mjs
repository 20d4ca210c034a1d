// The frame of every page.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessible, close, control, curl, key, origin, screenshots, visit, withPage } from "./browser.mjs";

after(close);

test("the switcher is used with the keyboard alone", () =>
  withPage(async (page) => {
    for (const name of ["uifrm1", "uifrm2"]) curl(key(name), "/orders");
    await visit(page, "uifrm1", "keys");
    const [summary, field] = [page.locator(".switcher summary"), page.getByRole("searchbox", { name: "Find an organization" })];
    await summary.focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.matches(".switcher [type=search]"));
    await page.keyboard.type("nobody-has-this");
    await page.getByText("None of these.").waitFor();
    assert.equal(page.url(), `${origin}/_mock/ui/uifrm1/keys`);
    await accessible(page);
    await screenshots(page, "switcher");
    await page.keyboard.press("Escape");
    await field.waitFor({ state: "hidden" });
    assert.ok(await summary.evaluate((element) => element === document.activeElement));
    await page.keyboard.press("Enter");
    await field.fill("UIFRM2");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${origin}/_mock/ui/uifrm2/keys`);
    await page.getByText("Actions for").click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Revoke" }).waitFor({ state: "hidden" });
  }));

test("a part that is used waits with what is new, and says so", () =>
  withPage(async (page) => {
    const full = key("uifrm4");
    curl(full, "/orders");
    await visit(page, "uifrm4", "keys");
    const actions = page.locator(".keys summary", { hasText: "Actions" });
    const gauge = page.locator(".gauge").first();
    const before = await gauge.textContent();
    // What only has the focus does not stop the clock of the page, and keeps the focus.
    await actions.focus();
    curl(full, "/orders");
    await page.waitForFunction((before) => document.querySelector(".gauge").textContent !== before, before);
    assert.ok(await actions.evaluate((element) => element === document.activeElement));
    await actions.click();
    const waiting = page.getByText("There is something new.");
    curl(full, "/orders?limit=[1-5]");
    await waiting.waitFor();
    await page.keyboard.press("Escape");
    await page.mouse.move(0, 0);
    await waiting.waitFor({ state: "hidden" });
    await page.getByText("7 used, 9,993 left").first().waitFor();
  }));

test("a page says that its server does not answer", () =>
  withPage(async (page, faults) => {
    curl(key("uifrm5"), "/orders");
    await visit(page, "uifrm5", "keys");
    const chip = page.getByRole("button", { name: "reconnecting" });
    await page.context().setOffline(true);
    await chip.waitFor();
    await page.context().setOffline(false);
    await chip.waitFor({ state: "hidden" });
    // The browser reports each request that failed.
    assert.deepEqual(faults.splice(0).filter((fault) => !fault.includes("ERR_INTERNET_DISCONNECTED")), []);
  }));

test("a page says that its organization is gone", () =>
  withPage(async (page, faults) => {
    curl(key("uifrm3"), "/orders");
    await visit(page, "uifrm3");
    await page.getByText("live", { exact: true }).waitFor();
    await control("DELETE", "/organizations/uifrm3");
    await page.getByText("There is no organization uifrm3. This page is not kept up to date.").waitFor();
    await page.getByText("stopped", { exact: true }).waitFor();
    await accessible(page);
    await visit(page, "unclaimed");
    // The browser reports each 404.
    assert.deepEqual(faults.splice(0).filter((fault) => !fault.includes("404")), []);
  }));
