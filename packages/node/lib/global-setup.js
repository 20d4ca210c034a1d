// One server for all workers of a run: `globalSetup: ["openprospect-mock/global-setup"]` in the settings of vitest or jest.
const { exemptFromProxies } = require("./proxies.js");
const { trusting } = require("./trust.js");
const { startMockServer } = require("./server.js");

async function setup() {
  if (process.env.OPENPROSPECT_CONTROL_URL) {
    return undefined;
  }
  const server = await startMockServer();
  process.env.OPENPROSPECT_API_URL = server.apiUrl;
  process.env.OPENPROSPECT_CONTROL_URL = server.controlUrl;
  Object.assign(process.env, exemptFromProxies(server.apiUrl), trusting(server.caFile));
  return () => server.close();
}

module.exports = setup;
