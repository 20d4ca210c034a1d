// Takes the README's pictures anew: mock-server/tests/ui/run mock-server/tests/ui/images.mjs

import { after, test } from "node:test";
import { close, control, curl, key, origin, visit, withPage } from "./browser.mjs";
import { REPORT } from "./report.mjs";

after(close);

const IMAGES = new URL("../../../docs/images/", import.meta.url).pathname;
const VIEW = { viewport: { width: 1280, height: 720 } };

const order = (title) => ({
  title,
  features: ["CONTACTS"],
  companies: [{ company_name: "Grand Hotel Berlin", external_id: "CRM-1042" }],
});

// A morning of two programs.
function traffic(organization) {
  const [full, reader] = [key(organization), key(organization, "ReadOnlyPro")];
  const send = (who, path, body) => curl(who, path, ...(body ? ["--json", JSON.stringify(body)] : []));
  send(full, "/orders?limit=20");
  send(full, "/orders", order("Hotels in Berlin"));
  send(full, "/companies?limit=5");
  send(reader, "/companies?limit=5");
  send(full, "/orders", { title: "" });
  send(full, "/orders/none/results");
  send(full, "/blacklists");
  send(full, "/blacklists", { name: "Competitors" });
  send(reader, "/prospects?limit=10");
  send(full, "/order");
  send(reader, "/orders?limit=20");
  send(reader, "/orders", order("Hotels in Hamburg"));
}

test("a refused request, explained", () =>
  withPage(async (page) => {
    traffic("acme01");
    await visit(page, "acme01");
    await page.locator("table.requests tbody tr").first().click();
    await page.locator("#detail .why").waitFor();
    await page.getByText("live", { exact: true }).waitFor();
    await page.locator("h1").hover();
    await page.screenshot({ path: `${IMAGES}requests.png` });
  }, VIEW));

test("keys with what is left of their quotas", () =>
  withPage(async (page) => {
    const made = async (body) => {
      const answer = await fetch(`${origin}/_mock/organizations/acme01/keys`, { method: "POST", body: JSON.stringify(body) });
      return (await answer.json()).key;
    };
    const [ci, importer] = [
      await made({ name: "CI", preset: "orders", tier: "free", expires_in: "30d" }),
      await made({ name: "CRM import", preset: "discovery", tier: "pro", expires_in: "90d" }),
    ];
    curl(ci, "/orders?limit=[1-62]");
    curl(importer, "/orders?limit=[1-8]");
    curl(importer, "/blacklists");
    await visit(page, "acme01", "keys");
    await page.screenshot({ path: `${IMAGES}keys.png`, clip: { x: 0, y: 0, width: 1280, height: 470 } });
  }, VIEW));

test("what the judge saw a client do", () =>
  withPage(async (page) => {
    await control("PUT", "/judge-report", REPORT);
    await visit(page, "acme01", "contract#judge");
    await page.screenshot({ path: `${IMAGES}contract.png`, clip: { x: 0, y: 0, width: 1280, height: 520 } });
  }, { ...VIEW, colorScheme: "dark" }));
