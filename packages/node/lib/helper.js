// What the helpers for test runners have in common.
const { organization } = require("./server.js");

const CONCURRENT = "tests of this file run at the same time, so it is not known which of them this is for: " +
  "use `const api = await organization()` in each test instead of `useOpenProspect()`";

/** Maximum number of requests of a failed test that are shown. */
const SHOWN = 50;

/**
 * Gives each test an organization of its own. Returns an object that stands for that of the current test. The runner passes to
 * its hooks what identifies a test. `failed` says whether one has failed, and `report` shows its requests. `isNested` says
 * whether a test is a part of another; `undefined` if it is not known.
 */
function perTest({ beforeEach, afterEach, failed, report, isNested = () => false }, options) {
  /** The tests that run, in the order in which they began. */
  const running = [];

  beforeEach(async (test) => {
    const own = await organization(options);
    try {
      running.push({ test, organization: own, before: await own.keyless.last() });
    } catch (error) {
      await own.close();
      throw error;
    }
  });

  afterEach(async (test) => {
    const index = running.findIndex((each) => each.test === test);
    if (index < 0) {
      return; // It has no organization, as there is no server.
    }
    const [ended] = running.splice(index, 1);
    if (failed(test)) {
      report(await requests(ended), test);
    }
    await ended.organization.close();
    // A part of a test ends before it does.
    if (ended.isDoubtful && index < running.length) {
      throw new Error(CONCURRENT);
    }
  });

  function current() {
    const last = running.at(-1);
    for (const other of running.slice(0, -1)) {
      const nested = isNested(last.test, other.test);
      if (nested === false) {
        throw new Error(CONCURRENT);
      }
      other.isDoubtful ||= nested === undefined;
    }
    return last?.organization;
  }

  return new Proxy(Object.freeze({}), {
    get(_, name) {
      const organization = current();
      if (organization === undefined) {
        throw new Error(`\`${String(name)}\` is known only while a test runs`);
      }
      const value = organization[name];
      return typeof value === "function" ? value.bind(organization) : value;
    },
  });
}

/** The requests of a test, and those without a valid key, whose sender is unknown. */
async function requests({ organization, before }) {
  let own, keyless;
  try {
    own = await organization.journal.text({ limit: SHOWN });
    keyless = await organization.keyless.text({ after: before, limit: SHOWN });
  } catch (error) {
    // The test has failed for a reason of its own.
    return `OpenProspect requests:\nnot available: ${error.message || error.code}`;
  }
  const none = keyless ? "none with the key of this test; does the client use `apiKey`?" : "none; does the client use `apiUrl`?";
  const lines = ["OpenProspect requests:", own || none];
  if (keyless) {
    lines.push("Without a valid key, in this test or in others at the same time:", keyless);
  }
  return lines.join("\n");
}

module.exports = { perTest };
