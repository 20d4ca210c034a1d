// The pages Contract and API reference.

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
    await page.getByText("List the blacklists of").click();
    await page.getByRole("button", { name: "Try it out" }).click();
    await page.getByRole("button", { name: "Execute" }).click();
    await page.locator(".live-responses-table").getByText("200").first().waitFor();
    await screenshots(page, "reference");
    await visit(page, "uicon2");
    await page.getByRole("row", { name: /blacklists/ }).waitFor();
  }));
