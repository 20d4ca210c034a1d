const { afterEach, beforeEach } = require("node:test");

const { perTest } = require("./helper.js");

function useOpenProspect(options) {
  const runner = {
    beforeEach,
    afterEach,
    // Older versions of Node do not say whether the test has passed, nor which test it is a part of.
    failed: (test) => test?.passed === false || Boolean(test?.error),
    isNested: (test, other) => test.fullName && test.fullName.startsWith(`${other.fullName} > `),
    report: (text, test) => test.diagnostic(text),
  };
  return perTest(runner, options);
}

module.exports = { useOpenProspect };
