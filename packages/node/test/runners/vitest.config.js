export default {
  test: { include: ["orders.vitest.ts"], globalSetup: ["openprospect-mock/global-setup"] },
};
