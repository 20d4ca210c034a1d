// What an organization's clients sent.
const assert = require("node:assert/strict");

const { check } = require("./options.js");

class Journal {
  #control;
  #path;

  constructor(control, path) {
    this.#control = control;
    this.#path = path;
  }

  async requests(options = {}) {
    check(options, ["after"], "requests");
    return (await this.#control.request("GET", `${this.#path}?after=${options.after ?? 0}`)).entries;
  }

  async last() {
    return (await this.#control.request("GET", `${this.#path}?limit=0`)).recorded;
  }

  async clear() {
    await this.#control.request("DELETE", this.#path);
  }

  async verify(expect, options = {}) {
    check(options, ["inOrder", "nothingElse", "after"], "verify");
    const { inOrder = false, nothingElse = false, after = 0 } = options;
    const body = { expect: expect.map(expectation), in_order: inOrder, nothing_else: nothingElse, after };
    const result = await this.#control.request("POST", `${this.#path}/verify`, body);
    assert.ok(result.verified, result.failures.map(explain).join("\n"));
  }

  async assertSent(operation, conditions = {}) {
    await this.verify([{ operation, ...conditions }]);
  }

  async assertNotSent(operation, conditions = {}) {
    await this.verify([{ operation, ...conditions, exactly: 0 }]);
  }

  async text({ limit = Infinity, ...options } = {}) {
    const entries = await this.requests(options);
    const earlier = Math.max(entries.length - limit, 0);
    const left = earlier > 0 ? [`… ${earlier} earlier ${earlier === 1 ? "request" : "requests"}`] : [];
    return [...left, ...entries.slice(earlier).map(line)].join("\n");
  }
}

function expectation({ atLeast, atMost, ...conditions }) {
  return { ...conditions, at_least: atLeast, at_most: atMost };
}

function line(entry) {
  const faults = (entry.faults ?? []).map((fault) => fault.id).join(", ");
  const reason = entry.steps.at(-1)?.reason;
  return [
    `${entry.method} ${entry.target} -> ${entry.status ?? "no response"}`,
    entry.code ? ` ${entry.code}` : "",
    faults ? `  (fault ${faults})` : "",
    reason ? `\n    ${reason}` : "",
  ].join("");
}

function explain({ reason, closest, found = [] }) {
  const lines = [reason];
  if (closest) {
    lines.push(`  closest: ${short(closest)}`);
    for (const { at, expected, actual } of closest.differences) {
      lines.push(`    ${at}: expected ${JSON.stringify(expected)}, was ${JSON.stringify(actual)}`);
    }
  }
  return [...lines, ...found.map((request) => `  found: ${short(request)}`)].join("\n");
}

function short({ method, target, status }) {
  return `${method} ${target} -> ${status}`;
}

module.exports = { Journal };
