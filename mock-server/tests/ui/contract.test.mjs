// The pages Contract and API reference.

import { after, test } from "node:test";
import { accessible, close, curl, key, screenshots, visit, withPage } from "./browser.mjs";

after(close);

test("coverage and fidelity are tables", () =>
  withPage(async (page) => {
    curl(key("uicon1"), "/orders");
    await visit(page, "uicon1", "contract");
    await page.getByText("1 of").waitFor();
    await accessible(page);
    await screenshots(page, "contract");
  }));

test("the API reference sends requests with a key of the organization", () =>
  withPage(async (page) => {
    curl(key("uicon2"), "/orders");
    await visit(page, "uicon2", "api");
    await page.getByText("List the blacklists").click();
    await page.getByRole("button", { name: "Try it out" }).click();
    await page.getByRole("button", { name: "Execute" }).click();
    await page.locator(".live-responses-table").getByText("200").first().waitFor();
    await screenshots(page, "reference");
    await visit(page, "uicon2");
    await page.getByRole("row", { name: /blacklists/ }).waitFor();
  }));
