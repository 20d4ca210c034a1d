// The hooks are globals. They do not say whether a test has failed; an error that `expect` throws is known to it alone.
const { perTest } = require("./helper.js");

function useOpenProspect(options) {
  const { beforeEach, afterEach } = globalThis;
  const runner = {
    beforeEach: (hook) => beforeEach(() => hook()),
    afterEach: (hook) => afterEach(() => hook()),
    failed: () => false,
  };
  return perTest(runner, options);
}

module.exports = { useOpenProspect };
