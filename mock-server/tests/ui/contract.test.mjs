// The pages Contract and API reference.

import { after, test } from "node:test";
import { accessible, close, control, curl, key, screenshots, visit, withPage } from "./browser.mjs";

after(close);

test("coverage and fidelity are tables", () =>
  withPage(async (page) => {
    curl(key("uicon1"), "/orders");
    await visit(page, "uicon1", "contract");
    await page.getByText("1 of").waitFor();
    await accessible(page);
    await screenshots(page, "contract");
  }));

const request = (at_ms, connection, status, asked_ms = null) => ({
  at_ms, answered_ms: at_ms + 120, connection, method: "GET", target: "/api/v1/orders", status, whole: true, asked_ms,
});
const REPORT = {
  tool: "contract-tests",
  mode: "client",
  target: "python client.py",
  about: "a client tested under 2 scenarios",
  verdict: "fail",
  counts: { pass: 14, fail: 1, skip: 3 },
  checks: [
    {
      id: "CLI-RETRY-AFTER",
      verdict: "FAIL",
      operation: null,
      scenario: "rate-limit-once",
      message: "The client sent the request again 0.4 s after a 429 that asked it to wait 1 s.",
      fix: "Wait for Retry-After before you send the request again.",
      replay: "contract-tests client --scenario rate-limit-once -- python client.py",
    },
  ],
  trials: [
    { scenario: "control", summary: "Nothing fails.", calls: [request(60, 0, 200), request(300, 0, 200)] },
    {
      scenario: "rate-limit-once",
      summary: "The first request gets a 429.",
      calls: [request(50, 0, 429, 1000), request(570, 0, 429, 1000), request(900, 1, 200), request(1700, 0, 200)],
    },
  ],
};

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
