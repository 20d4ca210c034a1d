// The page Data.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessible, close, control, curl, key, screenshots, visit, withPage } from "./browser.mjs";

after(close);

const order = (title, count = 1) =>
  JSON.stringify({
    title,
    features: ["CONTACTS"],
    companies: Array.from({ length: count }, (_, index) => ({ company_name: `Hotel ${index}`, external_id: `CRM-${index}` })),
  });

test("the clock advances, and an order completes before one's eyes", () =>
  withPage(async (page) => {
    curl(key("uidat1"), "/orders");
    await control("POST", "/organizations/uidat1/clock/freeze");
    await visit(page, "uidat1", "data");
    assert.equal(curl(key("uidat1"), "/orders", "--json", order("Hotels in Celle", 3)), 201);
    // The new order appears without a reload.
    await page.getByRole("link", { name: "Hotels in Celle" }).waitFor();
    await accessible(page);
    await screenshots(page, "data");
    await page.getByRole("link", { name: "Hotels in Celle" }).click();
    await page.getByText("its results are available once it is COMPLETED").waitFor();
    await accessible(page);
    await screenshots(page, "data-order-planned");
    await page.getByRole("listitem").filter({ hasText: "COMPLETED" }).getByRole("button", { name: "Advance to here" }).click();
    await page.getByRole("row", { name: /Hotel 2.*CRM-2/ }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Move to" }).count(), 0);
    await accessible(page);
    await screenshots(page, "data-order");
  }));

test("nothing changes under the pointer: a list waits until it has left", () =>
  withPage(async (page) => {
    curl(key("uidat5"), "/orders");
    await visit(page, "uidat5", "data");
    const other = await page.context().newPage();
    await visit(other, "uidat5", "data");
    await page.locator(".orders a").first().hover();
    curl(key("uidat5"), "/orders", "--json", order("Hotels in Kiel"));
    // A page that nobody points at has it by now.
    await other.getByRole("link", { name: "Hotels in Kiel" }).waitFor();
    const kiel = page.getByRole("link", { name: "Hotels in Kiel" });
    assert.equal(await kiel.count(), 0);
    await page.locator("h1").hover();
    await kiel.waitFor();
  }));

test("an order is moved, and cancelled", () =>
  withPage(async (page) => {
    curl(key("uidat2"), "/orders");
    await control("POST", "/organizations/uidat2/clock/freeze");
    curl(key("uidat2"), "/orders", "--json", order("To be cancelled"));
    // A title can be a long word.
    curl(key("uidat2"), "/orders", "--json", order(`Long${"g".repeat(180)}`));
    await visit(page, "uidat2", "data");
    await page.getByRole("link", { name: "Longg" }).click();
    await page.getByRole("heading", { name: "Longg" }).waitFor();
    await screenshots(page, "data-order-long");
    await visit(page, "uidat2", "data");
    await page.getByRole("link", { name: "To be cancelled" }).click();
    await page.getByText("Show API calls").click();
    await page.getByText(/transition$/).first().waitFor();
    await page.getByRole("button", { name: "Move to IN_PROGRESS" }).click();
    await page.getByRole("button", { name: "Move to IN_PROGRESS" }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Move to CANCELLED" }).click();
    await page.getByText("it has no results").waitFor();
  }));

test("companies, prospects, blacklists and searches are tables", () =>
  withPage(async (page) => {
    curl(key("uidat3"), "/orders");
    for (const kind of ["companies", "prospects", "blacklists", "prospect-searches", "job-searches"]) {
      await visit(page, "uidat3", `data/${kind}`);
      await page.getByRole("table").waitFor();
      await accessible(page);
      await screenshots(page, `data-${kind}`);
    }
    await visit(page, "uidat3", "data/companies");
    await page.getByRole("link", { name: "Next →" }).click();
    await page.getByText(/^51–/).waitFor();
    assert.equal(curl(key("uidat3"), "/blacklists", "--json", '{"name": "Without entries"}'), 201);
    await visit(page, "uidat3", "data/blacklists");
    await page.getByRole("link", { name: "Without entries" }).click();
    await page.getByText("The blacklist has no entries").waitFor();
    await accessible(page);
    await screenshots(page, "data-empty");
  }));

test("data can be read and searched without JavaScript", () =>
  withPage(
    async (page) => {
      curl(key("uidat4"), "/orders");
      await visit(page, "uidat4", "data/prospects");
      await page.getByRole("searchbox", { name: "Search prospects" }).fill("nobody-has-this-name");
      await page.getByRole("button", { name: "Search" }).click();
      await page.getByText("No row contains all of").waitFor();
      await page.getByRole("link", { name: "Clear the search" }).click();
      await page.getByRole("table").waitFor();
    },
    { javaScriptEnabled: false },
  ));
