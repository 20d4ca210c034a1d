// The page Requests.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessible, close, control, curl, key, origin, screenshots, signIn, visit, withPage } from "./browser.mjs";

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

test("a page says that its user has signed out elsewhere", () =>
  withPage(
    async (page, faults) => {
      await signIn(page);
      curl(key("uirq16"), "/orders");
      await visit(page, "uirq16");
      await page.getByText("live", { exact: true }).waitFor();
      const other = await page.context().newPage();
      await visit(other, "uirq16", "keys");
      await other.getByRole("button", { name: "Sign out" }).click();
      await page.getByText("stopped", { exact: true }).waitFor();
      await page.getByText("You are signed out").waitFor();
      await accessible(page);
      await screenshots(page, "signed-out");
      await page.getByRole("link", { name: "Sign in" }).click();
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByText("live", { exact: true }).waitFor();
      assert.match(page.url(), /uirq16\/requests$/);
      // The browser reports the refused stream.
      assert.deepEqual(faults.splice(0).filter((fault) => !fault.includes("401")), []);
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
    const headers = `-H "Authorization: Bearer $OPENPROSPECT_API_KEY" -H 'content-type: application/json' -H 'accept: application/json'`;
    assert.equal(copied, `curl -i -X 'POST' ${headers} --data-raw '{}' '${origin}/api/v1/orders'`);
    await accessible(page);
    await screenshots(page, "request");
    await page.reload();
    await detail.locator(".why").getByText("the operation needs orders:write").waitFor();
    assert.equal(await rows(page).count(), 2);
  }));

test("a copy is announced for a moment, and shown where the browser refuses it", () =>
  withPage(async (page) => {
    curl(key("uirq18"), "/orders");
    await visit(page, "uirq18");
    await rows(page).first().click();
    const button = page.locator("[data-snippet=httpx]");
    await button.click();
    await button.filter({ hasText: "Copied" }).waitFor();
    await button.click();
    await button.filter({ hasText: "httpx" }).waitFor();
    await page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new Error("no"))));
    await button.click();
    assert.match(await page.evaluate(() => getSelection().toString()), /^import os\s+import httpx/);
  }));

test("a request is sent again, and its bodies are shown", () =>
  withPage(async (page) => {
    const order = { title: "Hotels", features: ["CONTACTS"], companies: [{ company_name: "Hotel 1", external_id: "CRM-1" }] };
    assert.equal(curl(key("uireq7"), "/orders", "--json", JSON.stringify(order)), 201);
    curl(key("uireq7"), "/companies");
    await visit(page, "uireq7", "requests?q=op:create_order");
    await rows(page).first().click();
    await page.locator("#detail").getByText('"external_id": "CRM-1"').waitFor();
    await accessible(page);
    await screenshots(page, "request-bodies");
    await page.keyboard.press("r");
    // The filter stays.
    await page.getByText("2 requests of 3").waitFor();
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

test("a request that is no longer kept is explained beside the list, from the top", () =>
  withPage(async (page, faults) => {
    for (const path of ["/orders", "/companies?limit=100"]) curl(key("uirq17"), path);
    await visit(page, "uirq17");
    await rows(page).first().click();
    await page.locator("#detail .why").waitFor();
    await page.locator("#detail").evaluate((detail) => detail.scrollTo(0, detail.scrollHeight));
    await rows(page).nth(1).click();
    await page.locator("#detail").getByText("list_orders").first().waitFor();
    assert.equal(await page.locator("#detail").evaluate((detail) => detail.scrollTop), 0);
    await page.getByRole("button", { name: "live" }).click();
    await control("DELETE", "/organizations/uirq17/journal");
    await rows(page).first().click();
    await page.locator("#detail").getByText("The request cannot be shown: request 2 is not in the journal").waitFor();
    assert.equal(await rows(page).count(), 2);
    // The browser reports the 404.
    assert.deepEqual(faults.splice(0).filter((fault) => !fault.includes("404")), []);
    await accessible(page);
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

test("a list starts over once it was cleared, and once its organization is another one", () =>
  withPage(async (page, faults) => {
    for (const limit of [1, 2, 3]) curl(key("uirq21"), `/orders?limit=${limit}`);
    await visit(page, "uirq21");
    await page.getByText("live", { exact: true }).waitFor();
    await control("DELETE", "/organizations/uirq21/journal");
    await page.getByText("No requests since the list was cleared.").waitFor();
    curl(key("uirq21"), "/orders?limit=4");
    await page.getByText("1 request", { exact: true }).waitFor();
    assert.deepEqual(await shownPaths(page), ["/api/v1/orders?limit=4"]);
    await control("POST", "/organizations/uirq21/reset");
    await page.getByText("There are no requests yet.").waitFor();
    await control("DELETE", "/organizations/uirq21");
    for (const limit of [5, 6]) curl(key("uirq21"), `/orders?limit=${limit}`);
    await page.getByText("2 requests", { exact: true }).waitFor();
    assert.deepEqual(await shownPaths(page), ["/api/v1/orders?limit=6", "/api/v1/orders?limit=5"]);
    await control("DELETE", "/organizations/uirq21");
    await page.getByText("There is no organization uirq21.").waitFor();
    curl(key("uirq21"), "/orders?limit=7");
    await page.getByText("1 request", { exact: true }).waitFor();
    assert.deepEqual(await shownPaths(page), ["/api/v1/orders?limit=7"]);
    // The browser reports each 404.
    assert.deepEqual(faults.splice(0).filter((fault) => !fault.includes("404")), []);
  }));

function shownPaths(page) {
  return rows(page).locator("td.path a").evaluateAll((links) => links.map((link) => link.title));
}

test("tabs that nobody sees leave the connections of the browser to others", () =>
  withPage(async (page) => {
    curl(key("uirq22"), "/orders");
    const context = page.context();
    await context.addInitScript(() => {
      const hide = (isHidden) => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
        document.dispatchEvent(new Event("visibilitychange"));
      };
      globalThis.hideTab = hide;
    });
    const tabs = [];
    for (let number = 0; number < 6; number++) {
      const tab = await context.newPage();
      await visit(tab, "uirq22");
      await tab.getByText("live", { exact: true }).waitFor();
      await tab.evaluate(() => globalThis.hideTab(true));
      tabs.push(tab);
    }
    await visit(page, "uirq22", "keys");
    curl(key("uirq22"), "/companies");
    // One that is seen again catches up.
    assert.equal(await rows(tabs[0]).count(), 1);
    await tabs[0].evaluate(() => globalThis.hideTab(false));
    await rows(tabs[0]).nth(1).waitFor();
  }));

test("a request is sent again once, however often its button is used meanwhile", () =>
  withPage(async (page) => {
    curl(key("uirq23"), "/orders", "--json", "{}");
    await visit(page, "uirq23");
    await rows(page).first().click();
    const button = page.getByRole("button", { name: "Replay" });
    await button.waitFor();
    // Twice before the page is left: on a busy machine, the second press from here may arrive at the next page.
    await page.evaluate(() => {
      const press = () => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "r", bubbles: true }));
      press();
      press();
    });
    await page.getByText("2 requests").waitFor();
    // The page has its script.
    await page.waitForLoadState();
    await button.evaluate((button) => {
      button.click();
      button.click();
    });
    await page.getByText("3 requests").waitFor();
    assert.equal((await journal("uirq23")).length, 3);
  }));

async function journal(organization) {
  return (await (await fetch(`${origin}/_mock/organizations/${organization}/journal`)).json()).entries;
}

test("after the link that skips to the page, actions still show what they did", () =>
  withPage(async (page) => {
    page.on("dialog", (dialog) => dialog.accept());
    curl(key("uirq24"), "/orders");
    await visit(page, "uirq24");
    await page.keyboard.press("Tab");
    await page.evaluate(() => (globalThis.isSamePage = true));
    await page.keyboard.press("Enter");
    await page.waitForURL(/#main$/);
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    assert.equal(await page.evaluate(() => globalThis.isSamePage), true);
    await visit(page, "uirq24", "keys#main");
    await page.getByText("Actions for").click();
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByText("revoked", { exact: true }).waitFor();
  }));

test("the keyboard gets into the details and back", () =>
  withPage(async (page) => {
    for (const path of ["/orders", "/companies"]) curl(key("uirq25"), path);
    await visit(page, "uirq25");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.id === "detail");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.closest("#detail") !== null), true);
    await page.keyboard.press("Escape");
    assert.match(await page.evaluate(() => document.activeElement.title), /companies/);
  }));

test("a selected row stays where it is", () =>
  withPage(async (page) => {
    curl(key("uirq26"), "/orders");
    await visit(page, "uirq26");
    await page.getByText("live", { exact: true }).waitFor();
    await rows(page).first().click();
    const detail = page.locator("#detail .why");
    await detail.waitFor();
    await detail.hover();
    const { y } = await rows(page).first().boundingBox();
    curl(key("uirq26"), "/companies");
    await page.getByRole("button", { name: "1 new" }).waitFor();
    assert.equal(await rows(page).count(), 1);
    await page.keyboard.press("Escape");
    assert.equal((await rows(page).first().boundingBox()).y, y);
  }));

test("the keyboard does everything that the list needs", () =>
  withPage(async (page) => {
    for (const path of ["/orders", "/companies", "/prospects"]) curl(key("uireq3"), path);
    await visit(page, "uireq3");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    assert.match(await page.evaluate(() => document.activeElement.title), /companies/);
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
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).getByText("Scenarios").waitFor();
    await accessible(page);
  }));

test("times and the ends of paths are whole, however narrow the list is", () =>
  withPage(async (page) => {
    curl(key("uirq19"), "/orders/5f0c2b1e-7d43-4c1a-9a55-3e1f4b7c8d90/results");
    await control("POST", "/organizations/uirq19/clock/advance", { by: "59m" });
    await visit(page, "uirq19");
    await page.locator("td.at").getByText("59 min ago").waitFor();
    const cut = () => page.evaluate(() => {
      const isCut = (part) => part.scrollWidth > part.clientWidth;
      return [...document.querySelectorAll("tbody td.at, tbody td.path")].filter(isCut).map((cell) => cell.className);
    });
    for (const width of [1440, 1024, 390]) {
      await page.setViewportSize({ width, height: 800 });
      assert.deepEqual(await cut(), [], `${width} px`);
      assert.equal(await page.getByText("8d90/results").isVisible(), true, `${width} px`);
    }
    await page.setViewportSize({ width: 1440, height: 800 });
    await rows(page).first().click();
    await page.locator("#detail .why").waitFor();
    assert.deepEqual(await cut(), [], "beside the details");
  }));

test("a phone shows whether the list is live, and the help", () =>
  withPage(async (page) => {
    curl(key("uirq20"), "/orders");
    await control("POST", "/organizations/uirq20/scenario", { name: "rate-limit-storm" });
    await visit(page, "uirq20");
    await page.getByText("live", { exact: true }).waitFor();
    await onPhone(page, async () => {
      const { x, width } = await page.locator("[data-live]").boundingBox();
      assert.ok(x + width <= 390, `the state ends at ${x + width} px`);
      await page.locator("[data-help]").click();
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    });
    await page.keyboard.press("Escape");
    await screenshots(page, "requests-scenario");
  }));

async function onPhone(page, use) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await use();
  await page.setViewportSize(before);
}

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
    await page.getByText("No requests since the list was cleared.").waitFor();
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
    await page.getByText("1,000 requests; 501 older requests no longer kept").waitFor();
    const counts = await page.locator("tr.gap").allTextContents();
    const leftOut = counts.reduce((sum, text) => sum + parseInt(text.replace(",", ""), 10), 0);
    // What the journal keeps is shown or counted; the oldest part that was left out may have been kept in part.
    const shown = (await page.locator("tr[data-id]").count()) + leftOut;
    assert.ok(shown >= 1000 && shown <= 1501, shown);
    const sequences = await page.locator("tr[data-sequence]").evaluateAll((all) => all.map((row) => Number(row.dataset.sequence)));
    assert.ok(Math.min(...sequences) > 501, Math.min(...sequences));
    await accessible(page);
    await screenshots(page, "requests-many");
    await page.reload();
    await page.getByText("1,000 requests; 501 older requests no longer kept").waitFor();
    assert.equal(await page.locator("tr.gap").count(), 0);
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
    await onPhone(page, async () => {
      const { height } = await banner.boundingBox();
      assert.ok(height <= 80, `the banner is ${height} px high`);
    });
    await banner.getByRole("button", { name: "Dismiss" }).click();
    await visit(page, "unclaimed", "keys");
    await page.getByRole("heading", { name: "Keys" }).waitFor();
    assert.equal(await banner.isVisible(), false);
  }));

test("rows of requests that the journal has dropped leave the list, or say so while it is read", () =>
  withPage(async (page, faults) => {
    const full = key("uireqz");
    curl(full, "/orders?limit=[1-20]");
    await visit(page, "uireqz");
    await page.getByText("live", { exact: true }).waitFor();
    const rows = page.locator("table.requests tbody tr[data-id]");
    assert.equal(await rows.count(), 20);
    await rows.last().hover();
    curl(full, "/companies?limit=1&x=[1-995]");
    const gone = page.locator("tr.gone[data-id]");
    await page.waitForFunction(() => document.querySelectorAll("tr.gone").length === 15);
    assert.equal(await rows.count(), 20);
    await accessible(page);
    await gone.last().click();
    await page.getByText("which keeps the last 1000 (--max-journal).").waitFor();
    // The browser reports the 404.
    assert.deepEqual(faults.splice(0).filter((fault) => !fault.includes("404")), []);
    await page.keyboard.press("Escape");
    await page.mouse.move(0, 0);
    await page.getByText("1,000 requests; 15 older requests no longer kept (--max-journal)").waitFor();
    await gone.first().waitFor({ state: "detached" });
    assert.equal(await page.locator("tr.gone").count(), 0);
  }));
