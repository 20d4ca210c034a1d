import { jest } from "@jest/globals";

import { useOpenProspect } from "openprospect-mock/jest";

const api = useOpenProspect({ scenario: "unavailable-once" });

test("has an organization of its own", async () => {
  jest.useFakeTimers();
  const list = () => fetch(`${api.apiUrl}/orders`, { headers: api.headers });
  expect((await list()).status).toBe(503);
  expect((await list()).status).toBe(200);
  await api.journal.assertSent("list_orders", { exactly: 2 });
  jest.useRealTimers();
});
