export default {
  test: { include: ["*.vitest.ts"], globalSetup: ["openprospect-mock/global-setup"] },
};
