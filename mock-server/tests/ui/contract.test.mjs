// The pages Contract and API reference.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessible, close, control, curl, key, screenshots, visit, withPage } from "./browser.mjs";
import { REPORT } from "./report.mjs";

after(close);

test("coverage and fidelity are tables", () =>
  withPage(async (page) => {
    curl(key("uicon1"), "/orders");
    await visit(page, "uicon1", "contract");
    await page.getByText("1 of").waitFor();
    await accessible(page);
    await screenshots(page, "contract");
  }));

test("the judge's report is shown with its timelines", () =>
  withPage(async (page) => {
    curl(key("uicon3"), "/orders");
    await visit(page, "uicon3", "contract");
    await control("PUT", "/judge-report", REPORT);
    await page.reload();
    await page.getByText("python client.py").first().waitFor();
    await page.getByRole("link", { name: "Judge" }).click();
    await page.getByRole("img", { name: "4 requests on 2 connections in 1.770 s" }).waitFor();
    await page.getByText("Wait for Retry-After before").waitFor();
    // It was sent by the machine's time, whatever time the organization has.
    await control("POST", "/organizations/uicon3/clock/advance", { by: "5h" });
    await page.reload();
    await page.locator(".bar .mode", { hasText: "5 h ahead" }).waitFor();
    await page.getByText(/sent (now|\d+ s ago)\./).waitFor();
    await accessible(page);
    await screenshots(page, "contract-judge");
  }));

test("the API reference sends requests with a key of the organization", () =>
  withPage(async (page) => {
    curl(key("uicon2"), "/orders");
    await visit(page, "uicon2", "api");
    // All operations have the same controls, and axe takes long for hundreds of them.
    await page.getByPlaceholder("Filter by tag").fill("blacklists");
    await page.getByText("List the blacklists of").click();
    await page.getByRole("button", { name: "Try it out" }).click();
    await page.getByRole("button", { name: "Execute" }).click();
    await page.locator(".live-responses-table").getByText("200").first().waitFor();
    await page.locator("#operations-blacklists-list_blacklists").getByRole("tab", { name: "Schema" }).first().click();
    await page.locator("#operations-blacklists-create_blacklist").getByRole("button", { name: /^POST/ }).click();
    assert.equal(new URL(page.url()).hash, "#/blacklists/create_blacklist");
    await accessible(page);
    await screenshots(page, "reference-operation");
    await page.evaluate(() => scrollTo(0, 0));
    await screenshots(page, "reference");
    await page.getByRole("button", { name: "Authorize", exact: true }).click();
    await page.getByRole("heading", { name: "Available authorizations" }).waitFor();
    await accessible(page, "#reference .dialog-ux");
    await screenshots(page, "reference-authorize");
    await visit(page, "uicon2");
    await page.getByRole("row", { name: /blacklists/ }).waitFor();
  }));
