// The page Requests.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessible, close, curl, key, origin, screenshots, signIn, visit, withPage } from "./browser.mjs";

after(close);

const rows = (page) => page.locator("table.requests tbody tr");

test("the sign-in page is accessible and calm", () =>
  withPage(
    async (page) => {
      await signIn(page);
      await page.getByRole("button", { name: "Sign out" }).click();
      await accessible(page);
      await screenshots(page, "sign-in");
    },
    { storageState: undefined },
  ));

test("a request arrives without a reload, and is explained", () =>
  withPage(async (page) => {
    curl(key("uireq1"), "/orders");
    await visit(page, "uireq1");
    await page.getByText("live", { exact: true }).waitFor();
    const reader = key("uireq1", "ReadOnly");
    assert.equal(curl(reader, "/orders", "--json", "{}"), 403);
    await rows(page).nth(1).waitFor();
    await rows(page).first().click();
    const detail = page.locator("#detail");
    await detail.locator(".why").getByText("the operation needs orders:write; the key holds").waitFor();
    assert.match(page.url(), /\/requests\/[0-9a-f-]{36}$/);
    await detail.getByRole("button", { name: "curl" }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, `curl -i -X 'POST' -H "Authorization: Bearer $OPENPROSPECT_API_KEY" '${origin}/api/v1/orders'`);
    await accessible(page);
    await screenshots(page, "request");
    await page.reload();
    await detail.locator(".why").getByText("the operation needs orders:write").waitFor();
    assert.equal(await rows(page).count(), 2);
  }));

test("a request is sent again, and its bodies are shown", () =>
  withPage(async (page) => {
    const order = { title: "Hotels", features: ["CONTACTS"], companies: [{ company_name: "Hotel 1", external_id: "CRM-1" }] };
    assert.equal(curl(key("uireq7"), "/orders", "--json", JSON.stringify(order)), 201);
    await visit(page, "uireq7");
    await rows(page).first().click();
    await page.locator("#detail").getByText('"external_id": "CRM-1"').waitFor();
    await accessible(page);
    await screenshots(page, "request-bodies");
    await page.keyboard.press("r");
    await page.getByText("2 requests").waitFor();
    await page.locator("#detail").getByText('"external_id": "CRM-1"').waitFor();
    assert.equal(await rows(page).first().getAttribute("aria-current"), "true");
  }));

test("a refused request becomes a scenario", () =>
  withPage(async (page) => {
    curl(key("uireq8", "ReadOnly"), "/orders", "--json", "{}");
    await visit(page, "uireq8");
    await rows(page).first().click();
    await page.getByText("Make this a scenario").click();
    await page.getByText(/^name: from-request-/).waitFor();
    await page.getByRole("button", { name: "Switch it on" }).click();
    await page.locator(".chip.armed").waitFor();
    assert.equal(curl(key("uireq8"), "/orders", "--json", "{}"), 403);
    await visit(page, "uireq8", "requests?q=fault:*");
    assert.equal(await rows(page).count(), 1);
    await accessible(page);
    await screenshots(page, "requests-fault");
  }));

test("a request that arrives in another organization is found", () =>
  withPage(async (page) => {
    curl(key("uirq13"), "/orders");
    await visit(page, "uirq13");
    curl(key("uirq14"), "/companies");
    await page.getByText("Elsewhere:").waitFor();
    await accessible(page);
    await screenshots(page, "requests-elsewhere");
    await page.setViewportSize({ width: 390, height: 844 });
    const isCut = await page.locator(".elsewhere p").evaluate((line) => line.scrollWidth > line.clientWidth);
    assert.equal(isCut, false);
    await page.locator(".elsewhere").getByRole("link", { name: "uirq14" }).click();
    await page.getByRole("row", { name: /companies/ }).waitFor();
  }));

test("a filtered list says of how many requests it shows some", () =>
  withPage(async (page) => {
    curl(key("uirq15"), "/orders");
    curl(key("uirq15"), "/companies");
    await visit(page, "uirq15", "requests?q=op:list_orders");
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByText("1 request of 2").waitFor();
    curl(key("uirq15"), "/companies");
    curl(key("uirq15"), "/orders");
    await page.getByText("2 requests of 4").waitFor();
  }));

test("two requests are compared", () =>
  withPage(async (page) => {
    curl(key("uireq9"), "/orders?limit=1");
    curl(key("uireq9", "ReadOnly"), "/orders?limit=2");
    await visit(page, "uireq9");
    await rows(page).first().click();
    await page.getByText("Compare with another request").click();
    await page.locator("#detail").getByRole("link", { name: /limit=1/ }).click();
    await page.getByRole("heading", { name: "Compare" }).waitFor();
    await page.getByRole("row", { name: /Target \(differs\)/ }).waitFor();
    await accessible(page);
    await screenshots(page, "compare");
  }));

test("nothing moves under the pointer: new rows gather", () =>
  withPage(async (page) => {
    for (let i = 0; i < 3; i++) curl(key("uireq2"), "/orders");
    await visit(page, "uireq2");
    await page.getByText("live", { exact: true }).waitFor();
    await rows(page).nth(1).hover();
    curl(key("uireq2"), "/companies");
    curl(key("uireq2"), "/companies");
    await page.getByRole("button", { name: "2 new" }).waitFor();
    assert.equal(await rows(page).count(), 3);
    await page.getByRole("button", { name: "2 new" }).click();
    assert.equal(await rows(page).count(), 5);
    await page.getByText("5 requests").waitFor();
  }));

test("the list pauses, and catches up without showing a row twice", () =>
  withPage(async (page) => {
    curl(key("uirq12"), "/orders");
    await visit(page, "uirq12");
    await page.getByText("live", { exact: true }).waitFor();
    curl(key("uirq12"), "/companies");
    await rows(page).nth(1).waitFor();
    const other = await page.context().newPage();
    await visit(other, "uirq12");
    await other.getByText("live", { exact: true }).waitFor();
    await page.getByRole("button", { name: "live" }).click();
    curl(key("uirq12"), "/prospects");
    // A page that goes on has it by now.
    await rows(other).nth(2).waitFor();
    assert.equal(await rows(page).count(), 2);
    await page.getByRole("button", { name: "paused" }).click();
    await page.getByText("3 requests").waitFor();
    assert.equal(await rows(page).count(), 3);
    await page.getByText("live", { exact: true }).waitFor();
  }));

test("the keyboard does everything that the list needs", () =>
  withPage(async (page) => {
    for (const path of ["/orders", "/companies", "/prospects"]) curl(key("uireq3"), path);
    await visit(page, "uireq3");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.locator("#detail").getByText("list_companies").first().waitFor();
    await page.keyboard.press("j");
    await page.locator("#detail").getByText("list_orders").first().waitFor();
    await page.keyboard.press("k");
    await page.locator("#detail").getByText("list_companies").first().waitFor();
    await page.keyboard.press("Escape");
    assert.match(page.url(), /\/requests$/);
    await page.keyboard.press("/");
    await page.keyboard.type("op:list_orders");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=op%3Alist_orders/);
    assert.equal(await rows(page).count(), 1);
    await page.keyboard.press("g");
    await page.keyboard.press("k");
    await page.getByRole("heading", { name: "Keys" }).waitFor();
    await page.waitForLoadState();
    await page.keyboard.press("?");
    await page.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor();
    await accessible(page);
  }));

test("empty lists say what to do", () =>
  withPage(async (page) => {
    curl(key("uireq4"), "/orders");
    await visit(page, "uireq4", "requests?q=status:5xx");
    await page.getByRole("link", { name: "Clear the filter" }).waitFor();
    await accessible(page);
    await screenshots(page, "requests-filtered");
    await visit(page, "uireq4");
    page.on("dialog", (dialog) => dialog.accept());
    await page.getByRole("button", { name: "Clear the list" }).click();
    await page.getByText("There are no requests yet.").waitFor();
    await accessible(page);
    await screenshots(page, "requests-empty");
  }));

test("everything can be read without JavaScript", () =>
  withPage(
    async (page) => {
      curl(key("uireq5"), "/order");
      await visit(page, "uireq5");
      await rows(page).first().getByRole("link").click();
      await page.locator(".why").getByText("did you mean GET /api/v1/orders").waitFor();
      await page.locator(".switcher summary").click();
      await page.getByRole("link", { name: "unclaimed" }).click();
      await page.getByRole("heading", { name: "Requests" }).waitFor();
    },
    { javaScriptEnabled: false },
  ));

test("a burst is sampled, with the exact count", () =>
  withPage(async (page) => {
    const many = key("uireq6");
    curl(many, "/orders");
    await visit(page, "uireq6");
    await page.getByText("live", { exact: true }).waitFor();
    await burst(many, 1500);
    await page.getByText("1,501 requests").waitFor();
    await page.getByText(/the list shows \d+ of [\d,]+\./).waitFor();
    await accessible(page);
    await screenshots(page, "requests-many");
    await page.reload();
    await page.getByText("501 older requests no longer kept").waitFor();
  }));

async function burst(burstKey, count) {
  const headers = { Authorization: `Bearer ${burstKey}` };
  const one = async () => (await fetch(`${origin}/api/v1/orders?limit=1`, { headers })).arrayBuffer();
  for (let sent = 0; sent < count; sent += 50) await Promise.all(Array.from({ length: 50 }, one));
}

test("headers and bodies can be searched", () =>
  withPage(async (page) => {
    curl(key("uirq10"), "/orders?limit=2");
    await visit(page, "uirq10");
    await rows(page).first().click();
    const field = page.getByRole("searchbox", { name: "Find in headers and bodies" });
    await field.fill("ORDER_type");
    await page.getByText("2 found").waitFor();
    await field.press("Enter");
    assert.equal(await page.evaluate(() => getSelection().toString()), "order_type");
  }));

test("a request can be printed", () =>
  withPage(async (page) => {
    curl(key("uirq11"), "/orders");
    await visit(page, "uirq11");
    await rows(page).first().click();
    await page.locator("#detail .why").waitFor();
    await page.emulateMedia({ media: "print" });
    for (const hidden of [".bar", ".rail", ".filter", "table.requests"]) {
      assert.equal(await page.locator(hidden).isVisible(), false, hidden);
    }
    assert.equal(await page.locator("#detail .message pre").first().isVisible(), true);
  }));

test("a live key is a banner on every page until it is dismissed", () =>
  withPage(async (page) => {
    curl("lnc_live_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9", "/orders");
    await visit(page, "unclaimed");
    const banner = page.getByRole("alert").filter({ hasText: "A live key was sent" });
    await banner.waitFor();
    await accessible(page);
    await screenshots(page, "live-key");
    await banner.getByRole("button", { name: "Dismiss" }).click();
    await visit(page, "unclaimed", "keys");
    await page.getByRole("heading", { name: "Keys" }).waitFor();
    assert.equal(await banner.isVisible(), false);
  }));
