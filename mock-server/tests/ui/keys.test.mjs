// The page Keys.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessible, close, curl, key, origin, screenshots, visit, withPage } from "./browser.mjs";

after(close);

test("a key is created, shown once, used, rotated and revoked", () =>
  withPage(async (page) => {
    page.on("dialog", (dialog) => dialog.accept());
    curl(key("uikey1"), "/orders");
    await visit(page, "uikey1", "keys");
    await screenshots(page, "keys");
    await page.getByRole("button", { name: "Create key" }).click();
    const form = page.getByRole("dialog", { name: "Create a key" });
    await accessible(page);
    await screenshots(page, "keys-create");
    await form.getByLabel("Name").fill("CI");
    await form.getByRole("radio", { name: /Read only/ }).check();
    await form.getByRole("button", { name: "Create key" }).click();
    const created = await newKey(page);
    assert.equal(curl(created, "/orders"), 200);
    assert.equal(curl(created, "/orders", "--json", "{}"), 403);
    const row = page.getByRole("row", { name: /CI/ });
    // The list is live, but changes nothing under the pointer.
    await page.locator("h1").hover();
    await row.getByText("9,998 left").waitFor();
    assert.equal((await page.content()).includes(created), false);

    await row.getByText("Actions for").click();
    await accessible(page);
    await row.getByRole("button", { name: "Rotate" }).click();
    const rotated = await newKey(page);
    assert.equal(curl(created, "/orders"), 200);
    assert.equal(curl(rotated, "/orders"), 200);

    const latest = page.locator("tbody tr").first();
    await latest.getByText("Actions for").click();
    await latest.getByText("Show API call").last().click();
    await latest.getByText(`curl -X POST ${origin}/_mock/organizations/uikey1/keys/key_3/revoke`).waitFor();
    await latest.getByRole("button", { name: "Revoke" }).click();
    await latest.getByText("revoked", { exact: true }).waitFor();
    assert.equal(curl(rotated, "/orders"), 401);
    await accessible(page);
    await screenshots(page, "keys-revoked");
  }));

// The key in the dialog that shows it once, which Escape does not close.
async function newKey(page) {
  const dialog = page.getByRole("dialog", { name: "Your new key" });
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await accessible(page);
  await screenshots(page, "keys-new");
  const text = await dialog.locator("[data-new-key]").textContent();
  assert.match(text, /^lnc_test_[0-9A-Za-z]{32}$/);
  await dialog.getByRole("button", { name: "I have stored it" }).click();
  await dialog.waitFor({ state: "hidden" });
  return text;
}

test("a key is revoked only after the question was answered with yes", () =>
  withPage(async (page) => {
    curl(key("uikey3"), "/orders");
    await visit(page, "uikey3", "keys");
    await page.getByText("Actions for").click();
    const asked = page.waitForEvent("dialog");
    const clicked = page.getByRole("button", { name: "Revoke" }).click();
    const question = await asked;
    assert.match(question.message(), /^Revoke .*\? Its requests get 401 from now on\./);
    await question.dismiss();
    await clicked;
    assert.equal(curl(key("uikey3"), "/orders"), 200);
  }));

test("a failed action says what failed, and what it leaves unchanged", () =>
  withPage(async (page, faults) => {
    page.on("dialog", (dialog) => dialog.accept());
    curl(key("uikey2"), "/orders");
    await visit(page, "uikey2", "keys");
    // The list does not change any more.
    await page.getByText("Actions for").click();
    await page.evaluate(() => {
      document.querySelector("button.danger").dataset.path = "/_mock/organizations/uikey2/keys/key_9/revoke";
    });
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByText(/revoke failed with 404: .* Nothing has changed\./).waitFor();
    // A failed form says so itself: a dialog covers everything else.
    await page.getByRole("button", { name: "Create key" }).click();
    const form = page.getByRole("dialog", { name: "Create a key" });
    await form.getByLabel("Name").fill("CI");
    await form.locator("form").evaluate((element) => (element.dataset.path = "/_mock/organizations/nobody/keys"));
    await form.getByRole("button", { name: "Create key" }).click();
    await form.getByRole("alert").filter({ hasText: "keys failed with 404: " }).waitFor();
    await accessible(page);
    await screenshots(page, "keys-failed");
    await form.getByRole("button", { name: "Create key" }).click();
    await form.getByRole("alert").filter({ hasText: "keys failed with 404: " }).waitFor();
    assert.equal(await form.getByRole("alert").count(), 1);
    // The browser itself reports the 404.
    assert.equal(faults.filter((fault) => !fault.includes("404")).length, 0);
    faults.length = 0;
  }));

test("a key is created once, however often its button is used, by the request that the form shows", () =>
  withPage(async (page) => {
    curl(key("uikey4"), "/orders");
    await visit(page, "uikey4", "keys");
    await page.getByRole("button", { name: "Create key" }).click();
    const form = page.getByRole("dialog", { name: "Create a key" });
    await form.getByLabel("Name").fill("Jo's");
    await form.getByRole("radio", { name: /Read only/ }).check();
    await form.getByText("Show API call").click();
    const body = `{"name":"Jo'\\''s","preset":"read_only","tier":"enterprise"}`;
    await form.getByText(`curl -X POST -d '${body}' ${origin}/_mock/organizations/uikey4/keys`).waitFor();
    await form.getByRole("button", { name: "Create key" }).evaluate((button) => {
      button.click();
      button.click();
    });
    await newKey(page);
    await page.locator("tbody tr").nth(1).waitFor();
    assert.equal(await page.locator("tbody tr").count(), 2);
  }));

test("fields of keys are in columns in a narrow window", () =>
  withPage(async (page) => {
    for (const words of ["FullAccess", "ReadOnly"]) curl(key("uikey9", words), "/orders");
    await visit(page, "uikey9", "keys");
    for (const [width, columns] of [[1024, 4], [390, 2]]) {
      await page.setViewportSize({ width, height: 800 });
      const lefts = await page.locator(".keys td:not(.menu)").evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().left));
      assert.equal(new Set(lefts.map(Math.round)).size, columns, `${width} px`);
    }
  }));
