import { expect, test, vi } from "vitest";

import { useOpenProspect } from "openprospect-mock/vitest";

const api = useOpenProspect({ tier: "free" });

test.each(Array.from({ length: 4 }, (_, number) => number))("has an organization of its own (%i)", async () => {
  vi.useFakeTimers();
  const response = await fetch(`${api.apiUrl}/orders`, { headers: api.headers });
  expect(response.status).toBe(200);
  await api.journal.assertSent("list_orders", { exactly: 1 });
  const later: Date = await api.clock.advance("1h");
  expect(later.getTime()).toBeGreaterThan(0);
  vi.useRealTimers();
});
