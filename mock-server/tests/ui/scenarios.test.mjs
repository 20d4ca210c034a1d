// The page Scenarios.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessible, close, curl, key, screenshots, visit, withPage } from "./browser.mjs";

after(close);

const active = (page) => page.getByRole("region", { name: "Active scenario" });

test("a scenario is found, switched on, counts live and is switched off", () =>
  withPage(async (page) => {
    curl(key("uiscn1"), "/orders");
    await visit(page, "uiscn1", "scenarios");
    await active(page).getByText("No scenario is active").waitFor();
    await accessible(page);
    await screenshots(page, "scenarios");
    await page.getByRole("searchbox", { name: "Search scenarios" }).fill("every other 502");
    await page.getByText("1 of ").waitFor();
    assert.match(page.url(), /q=every\+other\+502/);
    const row = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "flapping" }) });
    await row.getByText("Show API call").click();
    await row.getByText(/curl -X POST -d '{"name":"flapping"}'/).waitFor();
    await row.getByRole("switch").click();
    await active(page).getByRole("heading", { name: "flapping" }).waitFor();
    assert.deepEqual([1, 2, 3].map(() => curl(key("uiscn1"), "/orders")), [200, 502, 200]);
    await active(page).getByText("3 requests so far").waitFor();
    assert.deepEqual(await active(page).locator("tbody td").allTextContents(), ["1", "gateway", "{every: 2}", "3", "1"]);
    await active(page).getByRole("switch").click();
    await active(page).getByText("No scenario is active").waitFor();
    assert.equal(curl(key("uiscn1"), "/orders"), 200);
  }));

test("a storm is switched on, and its 429 are seen", () =>
  withPage(async (page) => {
    curl(key("uiscn5"), "/orders");
    await visit(page, "uiscn5", "scenarios?q=rate-limit-storm");
    await page.getByRole("switch", { name: "Scenario rate-limit-storm" }).click();
    await active(page).getByRole("heading", { name: "rate-limit-storm" }).waitFor();
    const statuses = [1, 2, 3, 4, 5, 6, 7].map(() => curl(key("uiscn5"), "/orders"));
    assert.deepEqual(statuses, [200, 429, 429, 429, 429, 429, 200]);
    await active(page).getByText("7 requests so far").waitFor();
    await screenshots(page, "scenarios-storm");
    await visit(page, "uiscn5", "requests?q=status:429");
    await page.getByText("5 requests of 8").waitFor();
    assert.equal(await page.locator("table.requests tbody tr").filter({ hasText: "429" }).count(), 5);
  }));

test("steps are ticked when they happen, and keys of a scenario are shown once", () =>
  withPage(async (page) => {
    curl(key("uiscn2"), "/orders");
    await visit(page, "uiscn2", "scenarios?q=key-handover");
    await page.getByRole("switch").click();
    const dialog = page.getByRole("dialog", { name: "Keys of key-handover" });
    const old = await dialog.locator("dd code").first().textContent();
    await page.keyboard.press("Escape");
    await dialog.getByRole("button", { name: "I have copied them" }).click();
    await active(page).getByText("○ Waits").waitFor();
    for (let i = 0; i < 6; i++) assert.equal(curl(old, "/orders"), 200);
    await active(page).getByText("✓ Happened").waitFor();
    await accessible(page);
    await screenshots(page, "scenarios-active");
  }));

test("an error of an own scenario is shown below the text, and its line is marked", () =>
  withPage(async (page, faults) => {
    curl(key("uiscn3"), "/orders");
    await visit(page, "uiscn3", "scenarios/own?from=brown-out");
    const text = page.getByRole("textbox", { name: "Scenario, as YAML" });
    await text.fill("name: mine\nsummary: Mine.\nrules:\n  - when: {nth: 1}\n    do: [{latncy: {of: 1s}}]\n");
    await page.getByRole("button", { name: "Activate" }).click();
    const problem = page.getByRole("alert").filter({ hasText: "line 5, column " });
    await problem.getByText("latency", { exact: true }).waitFor();
    assert.equal(await problem.locator("code").first().textContent(), "latncy");
    const [line, error] = [await page.locator(".marked").boundingBox(), await problem.boundingBox()];
    // It hides no line. The mark is on the fifth one, and so is the cursor.
    const { y: top, height } = await text.boundingBox();
    assert.ok(error.y >= top + height, `text ${top} to ${top + height}, error ${error.y}`);
    assert.ok(Math.abs(line.y - (top + 8 + 4 * 20)) <= 2, `line ${line.y}, text ${top}`);
    assert.equal(await text.evaluate((area) => area.value.slice(0, area.selectionStart).split("\n").length), 5);
    await accessible(page);
    await screenshots(page, "scenario-error");
    await text.press("End");
    await text.fill((await text.inputValue()).replace("latncy", "latency"));
    await problem.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Activate" }).click();
    await active(page).getByText("mine (your own)").waitFor();
    // The browser itself reports the 422.
    assert.equal(faults.splice(0).filter((fault) => !fault.includes("422")).length, 0);
  }));

test("what was written is there again after leaving the editor, and after the scenario is over", () =>
  withPage(async (page) => {
    curl(key("uiscn7"), "/orders");
    await visit(page, "uiscn7", "scenarios/own");
    const text = page.getByRole("textbox", { name: "Scenario, as YAML" });
    const template = await text.inputValue();
    const mine = "name: mine\nsummary: Mine. # With a comment.\nrules: [{when: {nth: 900}, do: [{reset: {}}]}]\n";
    await text.fill(mine);
    await page.getByRole("link", { name: "← All scenarios" }).click();
    await page.getByRole("link", { name: "Write your own" }).click();
    await page.getByText("Your earlier draft.").waitFor();
    assert.equal(await text.inputValue(), mine);
    await page.getByRole("button", { name: "Activate" }).click();
    await active(page).getByRole("link", { name: "View and edit" }).click();
    assert.match(await text.inputValue(), /^name: "mine"\n/);
    await text.fill(mine.replace("900", "800"));
    await page.getByRole("button", { name: "Activate" }).click();
    await active(page).getByRole("switch").waitFor();
    // Until then, the page may have no script.
    await page.waitForLoadState();
    await active(page).getByRole("switch").click();
    await active(page).getByText("No scenario is active").waitFor();
    await page.getByRole("link", { name: "Write your own" }).click();
    await page.getByText("Your earlier draft.").waitFor();
    assert.equal(await text.inputValue(), mine.replace("900", "800"));
    await accessible(page);
    await screenshots(page, "scenario-draft");
    await page.getByRole("button", { name: "Start over" }).click();
    await page.getByText("Your earlier draft.").waitFor({ state: "hidden" });
    assert.equal(await text.inputValue(), template);
  }));

test("long texts do not slow the editor down", () =>
  withPage(async (page) => {
    curl(key("uiscn8"), "/orders");
    await visit(page, "uiscn8", "scenarios/own");
    const text = page.getByRole("textbox", { name: "Scenario, as YAML" });
    await text.focus();
    const slowest = await text.evaluate(async (area) => {
      const rules = "  - when: {nth: 1}\n    do: [{reset: {}}]\n".repeat(5_000);
      const texts = ["a".repeat(80_000), `rules: [${"a".repeat(80_000)}`, "-".repeat(80_000), `rules:\n${rules}`];
      // The browser takes its time to show such a text for the first time.
      area.value = texts[0];
      area.scrollTop;
      const times = [];
      for (const written of texts) {
        area.value = written;
        area.setSelectionRange(written.length, written.length);
        const begin = performance.now();
        area.dispatchEvent(new Event("input", { bubbles: true }));
        times.push(performance.now() - begin);
      }
      area.value = "";
      area.dispatchEvent(new Event("input", { bubbles: true }));
      return Math.max(...times);
    });
    assert.ok(slowest < 3_000, `${slowest} ms`);
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    await text.fill("name: mine");
    await page.getByText("The text cannot be kept in this browser").waitFor();
  }));

test("the editor completes names and values where they are allowed", () =>
  withPage(async (page) => {
    curl(key("uiscn6"), "/orders");
    await visit(page, "uiscn6", "scenarios/own");
    const text = page.getByRole("textbox", { name: "Scenario, as YAML" });
    const schema = page.waitForResponse(/scenarios\/schema$/);
    await text.focus();
    await schema;
    await text.fill("name: mine\nsummary: Mine.\nrules:\n  - do: [{");
    await page.keyboard.type("rate_l");
    await page.getByRole("option", { name: /^rate_limit/ }).waitFor();
    await accessible(page);
    await screenshots(page, "scenario-completion");
    await page.keyboard.press("Enter");
    await page.keyboard.type("{ret");
    await page.getByRole("option", { name: /^retry_after/ }).click();
    await page.keyboard.type("1}}]\n    when: {operation: [list_or");
    await page.keyboard.press("Tab");
    await page.keyboard.type("]}");
    const yaml = "name: mine\nsummary: Mine.\nrules:\n  - do: [{rate_limit: {retry_after: 1}}]\n    when: {operation: [list_orders]}";
    assert.equal(await text.inputValue(), yaml);
    await page.getByRole("button", { name: "Activate" }).click();
    await active(page).getByText("mine (your own)").waitFor();
    assert.equal(curl(key("uiscn6"), "/orders"), 429);
    assert.equal(curl(key("uiscn6"), "/companies"), 200);
  }));

test("scenarios can be read and searched without JavaScript", () =>
  withPage(
    async (page) => {
      curl(key("uiscn4"), "/orders");
      await visit(page, "uiscn4", "scenarios");
      await page.getByRole("searchbox", { name: "Search scenarios" }).fill("flapping");
      await page.getByRole("button", { name: "Search" }).click();
      await page.getByText("Every other request returns 502.").waitFor();
      assert.equal(await page.getByRole("heading", { name: "outage-window" }).isVisible(), false);
    },
    { javaScriptEnabled: false },
  ));
