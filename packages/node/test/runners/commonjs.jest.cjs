// As jest runs tests without any settings, and those that Babel and ts-jest compile.
const { useOpenProspect } = require("openprospect-mock/jest");

const api = useOpenProspect();

test("needs no modules", async () => {
  expect((await fetch(`${api.apiUrl}/orders`, { headers: api.headers })).status).toBe(200);
  await api.journal.assertSent("list_orders", { exactly: 1 });
});
