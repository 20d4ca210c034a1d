// The page Clock.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessible, close, control, curl, key, origin, screenshots, visit, withPage } from "./browser.mjs";

after(close);

const ORDER = JSON.stringify({ title: "Hotels", features: ["CONTACTS"], companies: [{ company_name: "Grand Hotel Berlin" }] });
const row = (page, text) => page.getByRole("row").filter({ hasText: text });

test("time is frozen, an order is due, and the clock advances to it", () =>
  withPage(async (page) => {
    curl(key("uiclk1"), "/orders");
    await visit(page, "uiclk1", "clock");
    await page.getByRole("button", { name: "Freeze" }).click();
    await page.getByText("Time passes only when you advance it.").waitFor();
    // What the organization begins with is due before, so that no mark on the line covers another.
    const frozen = await page.locator(".big time").textContent();
    await page.getByRole("button", { name: "+1 h" }).click();
    await page.locator(".big time").filter({ hasNotText: frozen }).waitFor();
    const time = await page.locator(".big time").textContent();
    assert.equal(curl(key("uiclk1"), "/orders", "--json", ORDER), 201);
    // What is due appears without a reload.
    await row(page, "becomes ACCEPTED").waitFor();
    await accessible(page);
    await screenshots(page, "clock");
    await row(page, "becomes ACCEPTED").getByRole("link", { name: "Show the order" }).waitFor();
    // The mark on the line does what the button in the table does.
    await page.getByRole("button", { name: /^Advance to .* becomes ACCEPTED/ }).click();
    await row(page, "becomes ACCEPTED").waitFor({ state: "detached" });
    const completed = row(page, "becomes COMPLETED");
    await completed.getByRole("button", { name: "Advance to here" }).click();
    await completed.waitFor({ state: "detached" });
    const later = await page.locator(".big time").textContent();
    assert.equal(Date.parse(later.replace(" ", "T")) - Date.parse(time.replace(" ", "T")), 10_000);
    await page.getByRole("button", { name: "+1 h" }).click();
    await page.getByText("Nothing is due in the next hour").waitFor();
    await screenshots(page, "clock-empty");
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByText("Time passes as on the machine.").waitFor();
    // Where this took more than the ten seconds that the clock went beyond the hours, it is less.
    await page.getByText(/The clock is (2 h|1 h 59 min) ahead of the machine\./).waitFor();
  }));

test("the clock goes at another pace and by any duration, and follows changes from elsewhere", () =>
  withPage(async (page, faults) => {
    curl(key("uiclk2"), "/orders");
    await visit(page, "uiclk2", "clock");
    await page.getByLabel("Pace").selectOption("3600");
    await page.getByRole("button", { name: "Set" }).click();
    await page.getByText("Time passes 3600 times as fast as on the machine.").waitFor();
    await page.getByRole("button", { name: "Freeze" }).click();
    await page.getByText("frozen").first().waitFor();
    await page.getByLabel("Advance by").fill("soon");
    await page.getByRole("button", { name: "Advance", exact: true }).click();
    const problem = page.locator("form").filter({ has: page.getByLabel("Advance by") }).getByRole("alert");
    await problem.filter({ hasText: "by: must be a duration such as 90s" }).waitFor();
    // The browser itself reports the 422.
    assert.equal(faults.splice(0).filter((fault) => !fault.includes("422")).length, 0);
    // Its call has what the field contains.
    await page.getByLabel("Advance by").fill("2h");
    await page.locator("form", { has: page.getByLabel("Advance by") }).getByText("Show API call").click();
    await page.getByText(`curl -X POST -d '{"by":"2h"}' ${origin}/_mock/organizations/uiclk2/clock/advance`).waitFor();
    await page.getByLabel("Advance by").blur();
    await control("POST", "/organizations/uiclk2/clock/resume");
    await page.getByText("Time passes as on the machine.").waitFor();
  }));

test("the clock can be read without JavaScript", () =>
  withPage(
    async (page) => {
      curl(key("uiclk3"), "/orders");
      await visit(page, "uiclk3", "clock");
      await row(page, "is full again").waitFor();
      await page.getByText("Show API calls").click();
      await page.locator("details[open]").getByText("curl -X POST").first().waitFor();
    },
    { javaScriptEnabled: false },
  ));

test("an open page shows what another program changes", () =>
  withPage(async (page) => {
    curl(key("uiclk9"), "/orders");
    await visit(page, "uiclk9");
    await page.getByText("live", { exact: true }).waitFor();
    await control("POST", "/organizations/uiclk9/clock/advance", { by: "2h" });
    await control("POST", "/organizations/uiclk9/scenario", { name: "outage" });
    await page.locator(".chip.armed").getByText("outage").waitFor();
    await page.getByText("real, 2 h ahead").waitFor();
    const title = await page.locator("[data-pace]").getAttribute("title");
    assert.ok(Date.parse(title) - Date.now() > 7_100_000, title);
    await page.locator("table.requests").getByText("2 h ago").waitFor();
    curl(key("uiclk9"), "/orders");
    await page.locator("table.requests tbody tr").nth(1).waitFor();
    assert.match(await page.locator("table.requests tbody time").first().textContent(), /^(now|[123] s ago)$/);
  }));
