import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { mock, test } from "node:test";

import { useOpenProspect } from "openprospect-mock/node-test";
import { organization } from "openprospect-mock";

import { ORDER, send } from "./client.js";

const api = useOpenProspect();

test("each test has an organization of its own", async () => {
  const { status, body } = await send(api, "GET", "/orders?limit=1");
  assert.deepEqual([status, body.limit], [200, 1]);
  await api.journal.assertSent("list_orders", { query: { limit: "1" }, exactly: 1 });
  const other = await organization();
  assert.notEqual(other.name, api.name);
  await other.journal.assertNotSent();
  await other.close();
});

test("a quota comes back when the clock moves", async () => {
  const free = await organization({ preset: "read-only", tier: "free", clock: "frozen=2026-01-15T09:00:00Z" });
  assert.equal((await send(free, "POST", "/orders", ORDER)).status, 403);
  for (let call = 0; call < 99; call += 1) {
    await send(free, "GET", "/orders?limit=1");
  }
  assert.equal((await send(free, "GET", "/orders")).status, 429);
  assert.deepEqual(await free.clock.advance("1h"), new Date("2026-01-15T10:00:00Z"));
  assert.equal((await send(free, "GET", "/orders")).status, 200);
  await free.close();
});

test("presets and tiers are spelled in any way", async () => {
  for (const [preset, tier] of [["ReadOnly", "Free"], ["Read Only", "FREE"], ["read-only", "free"]]) {
    const free = await organization({ preset, tier });
    assert.equal((await send(free, "POST", "/orders", ORDER)).status, 403);
    await free.key({ preset, tier });
    await free.close();
  }
});

test("a scenario starts and ends", async () => {
  await api.scenario("rate-limit-storm");
  const statuses = [];
  for (let call = 0; call < 10; call += 1) {
    statuses.push((await send(api, "GET", "/orders")).status);
  }
  assert.ok(statuses.includes(429), String(statuses));
  await api.scenario(null);
  assert.equal((await send(api, "GET", "/orders")).status, 200);
});

test("fake timers stop neither the clock nor the control API", async () => {
  mock.timers.enable();
  try {
    const { body } = await send(api, "POST", "/orders", ORDER);
    await api.clock.advance(10_000);
    assert.equal((await send(api, "GET", `/orders/${body.id}`)).body.status, "COMPLETED");
  } finally {
    mock.timers.reset();
  }
});

test("the journal verifies what was sent", async () => {
  await send(api, "POST", "/orders", ORDER);
  await api.journal.assertSent("create_order", {
    headers: { "Content-Type": "application/json" },
    json: { title: "Hotels" },
    pointers: { "/companies/0/company_name": "Example Corp" },
    schema: { required: ["features"] },
    atLeast: 1,
    atMost: 1,
  });
  await api.journal.verify([{ method: "POST", path: "/api/v1/orders" }], { nothingElse: true, inOrder: true });
  await assert.rejects(api.journal.assertSent("create_order", { json: { title: "Hotel" } }), {
    message: [
      "expected at least 1 request, found 0 among 1: operation create_order, json",
      "  closest: POST /api/v1/orders -> 201",
      '    json /title: expected "Hotel", was "Hotels"',
    ].join("\n"),
  });
  await api.journal.clear();
  await api.journal.assertNotSent();
});

test("a key that the test creates is another one", async () => {
  const apiKey = await api.key({ preset: "read_only", tier: "free", expires_in: "1h" });
  assert.equal((await send({ apiUrl: api.apiUrl, headers: { Authorization: `Bearer ${apiKey}` } }, "GET", "/orders")).status, 200);
  await api.clock.advance("1h");
  assert.equal((await send({ apiUrl: api.apiUrl, headers: { Authorization: `Bearer ${apiKey}` } }, "GET", "/orders")).status, 401);
});

test("a revoked key stops working", async () => {
  const apiKey = await api.key();
  const other = { apiUrl: api.apiUrl, headers: { Authorization: `Bearer ${apiKey}` } };
  await api.revoke();
  assert.equal((await send(api, "GET", "/orders")).status, 401);
  assert.equal((await send(other, "GET", "/orders")).status, 200);
  await api.revoke(apiKey);
  assert.equal((await send(other, "GET", "/orders")).status, 401);
  await assert.rejects(api.revoke("lnc_test_another"), { message: "the organization has not created this key" });
});

test("the clock runs faster", async () => {
  const begin = await api.clock.scale(100_000);
  while ((await api.clock.now()) - begin < 100_000);
});

test("a scenario is read from a file", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "openprospect-"));
  const file = path.join(folder, "busy.yaml");
  await writeFile(file, "name: busy\nsummary: Every request returns 503.\nrules: [{do: [{error: {status: 503}}]}]\n");
  await api.scenario(file);
  assert.equal((await send(api, "GET", "/orders")).status, 503);
  await rm(folder, { recursive: true });
});

test("a status is a number or a text", async () => {
  await send(api, "GET", "/orders/none");
  await api.journal.assertSent("get_order", { status: 404 });
  await api.journal.assertSent("get_order", { status: "4xx" });
});

test("the variables exempt the sandbox from proxies", () => {
  const { NO_PROXY, no_proxy } = process.env;
  process.env.NO_PROXY = "intranet.example, localhost";
  delete process.env.no_proxy;
  try {
    assert.equal(api.env.NO_PROXY, "intranet.example,localhost,127.0.0.1");
    assert.equal(api.env.no_proxy, api.env.NO_PROXY);
  } finally {
    delete process.env.NO_PROXY;
    Object.assign(process.env, NO_PROXY === undefined ? {} : { NO_PROXY }, no_proxy === undefined ? {} : { no_proxy });
  }
});

test("what the control API rejects is an error", async () => {
  await assert.rejects(api.scenario("no-such"), { name: "ControlError", status: 404 });
  await assert.rejects(api.scenario("rate-limit-strom"), /did you mean rate-limit-storm\?/);
  await assert.rejects(api.key({ preset: "readonly" }), /one of `orders`, `read_only`, `full_access`, `discovery`/);
  await assert.rejects(api.journal.assertSent("list_order"), /did you mean `list_orders`/);
});

test("requests before a number do not count", async () => {
  await send(api, "GET", "/orders");
  const after = await api.journal.last();
  await send(api, "GET", "/companies");
  await api.journal.verify([{ operation: "list_companies" }], { nothingElse: true, after });
  assert.match(await api.journal.text({ after }), /^GET \/api\/v1\/companies -> 200$/);
  assert.equal(await api.journal.text({ limit: 1 }), "… 1 earlier request\nGET /api/v1/companies -> 200");
  assert.equal(await api.journal.text({ limit: 0 }), "… 2 earlier requests");
  const before = await api.keyless.last();
  await send({ apiUrl: api.apiUrl, headers: {} }, "GET", "/orders");
  assert.match(await api.keyless.text({ after: before }), /^GET \/api\/v1\/orders -> 401/);
});

test("an organization can be closed twice", async () => {
  await api.close();
  const other = await organization();
  await other.close();
  await other.close();
});

test("a scenario that is unknown leaves no organization behind", async () => {
  const number = async () => (await (await fetch(new URL("/_mock/organizations", api.apiUrl))).json()).total;
  const before = await number();
  await assert.rejects(organization({ scenario: "no-such" }), { status: 404 });
  assert.equal(await number(), before);
});

test("an option that is unknown is an error", async () => {
  await assert.rejects(organization({ scenaro: "outage" }), /no option scenaro; it takes scenario, preset, tier, clock/);
  await assert.rejects(api.journal.verify([], { in_order: true }), /no option in_order; it takes inOrder, nothingElse/);
});
