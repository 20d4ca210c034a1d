// Starts and stops servers.
import { once } from "node:events";
import { createInterface } from "node:readline";

import { start } from "./binary.js";
import { Control } from "./control.js";
import { Organization } from "./organization.js";

/** Maximum number of characters of the log that are kept. */
const MAX_LOG = 64 * 1024;

class AttachedServer {
  constructor(apiUrl, controlUrl) {
    this.apiUrl = apiUrl;
    this.controlUrl = controlUrl;
  }

  async organization(options) {
    return Organization.create(new Control(this.controlUrl), this.apiUrl, options);
  }

  /** The server belongs to whoever started it. */
  async close() {}

  async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    await this.close();
  }
}

class MockServer extends AttachedServer {
  #child;

  constructor(child, ready, log) {
    super(ready.url, ready.control_url ?? "");
    this.#child = child;
    this.pid = child.pid;
    this.log = log;
  }

  async close() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.ref();
      const ended = once(this.#child, "exit");
      this.#child.kill("SIGTERM");
      await ended;
    }
  }
}

export async function startMockServer(settings = {}) {
  const options = Object.entries(settings).map(([name, value]) => `--${kebab(name)}=${value}`);
  options.push(`--exit-with-parent=${process.pid}`);
  // The pipe at its standard input is closed when this process ends. Ctrl-C must not reach the server: tests that it interrupts
  // still delete their organizations.
  const child = start("mock-server", ["--port", "0", "--ready-json", ...options], {
    stdio: "pipe",
    detached: true,
    windowsHide: true,
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    log = (log + text).slice(-MAX_LOG);
  });
  const line = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("error", reject);
    child.once("close", () => reject(new Error(`mock-server did not start: ${log.trim()}`)));
  });
  // A run that forgets to stop the server ends all the same, and the server with it.
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
    handle.unref();
  }
  return new MockServer(child, JSON.parse(line), () => log);
}

let shared;

/** The server of this run: that of `mock-server run` or of the global set-up, else one that is started at first use. */
export function sharedServer() {
  const { OPENPROSPECT_API_URL: apiUrl, OPENPROSPECT_CONTROL_URL: controlUrl } = process.env;
  shared ??= controlUrl && apiUrl ? Promise.resolve(new AttachedServer(apiUrl, controlUrl)) : startMockServer();
  return shared;
}

export async function organization(options) {
  return (await sharedServer()).organization(options);
}

function kebab(name) {
  return name.replaceAll("_", "-").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
