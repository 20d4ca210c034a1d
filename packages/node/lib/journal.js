// What an organization's clients sent.
import assert from "node:assert/strict";

import { check } from "./options.js";

export class Journal {
  #control;
  #path;

  constructor(control, path) {
    this.#control = control;
    this.#path = path;
  }

  async requests() {
    return (await this.#control.request("GET", this.#path)).entries;
  }

  async clear() {
    await this.#control.request("DELETE", this.#path);
  }

  async verify(expect, options = {}) {
    check(options, ["inOrder", "nothingElse"], "verify");
    const { inOrder = false, nothingElse = false } = options;
    const body = { expect: expect.map(expectation), in_order: inOrder, nothing_else: nothingElse };
    const result = await this.#control.request("POST", `${this.#path}/verify`, body);
    assert.ok(result.verified, result.failures.map(explain).join("\n"));
  }

  async assertSent(operation, conditions = {}) {
    await this.verify([{ operation, ...conditions }]);
  }

  async assertNotSent(operation, conditions = {}) {
    await this.verify([{ operation, ...conditions, exactly: 0 }]);
  }

  async text() {
    return (await this.requests()).map(line).join("\n");
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
