// Starts and stops servers.
const { once } = require("node:events");
const { createInterface } = require("node:readline");

const { start } = require("./binary.js");
const { Control, readToken, tokenOfEnvironment } = require("./control.js");
const { Organization } = require("./organization.js");

/** Maximum number of characters of the log that are kept. */
const MAX_LOG = 64 * 1024;

class AttachedServer {
  #control;

  /** `caFile` has the certificates to trust if the server uses TLS; `token` is its control token, if it has one. */
  constructor(apiUrl, controlUrl, { caFile, token }) {
    this.apiUrl = apiUrl;
    this.controlUrl = controlUrl;
    this.caFile = caFile;
    this.#control = new Control(controlUrl, { caFile, token });
  }

  async organization(options) {
    return Organization.create(this.#control, this, options);
  }

  /** The server belongs to whoever started it. */
  async close() {}

  async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    await this.close();
  }
}

class MockServer extends AttachedServer {
  #child;

  constructor(child, ready, log, token) {
    super(ready.url, ready.control_url ?? "", { caFile: ready.ca_file, token });
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

async function startMockServer(settings = {}) {
  const named = Object.fromEntries(Object.entries(settings).map(([name, value]) => [kebab(name), value]));
  const { "control-token": controlToken, "control-token-file": controlTokenFile, ...others } = named;
  const options = Object.entries({ ...others, port: others.port ?? 0 }).flatMap(option);
  options.push(`--exit-with-parent=${process.pid}`);
  const token = controlToken ?? (controlTokenFile ? readToken(controlTokenFile) : tokenOfEnvironment());
  // The pipe at its standard input is closed when this process ends. Ctrl-C must not reach the server: tests that it interrupts
  // still delete their organizations.
  const child = start("mock-server", ["--ready-json", ...options], {
    env: withToken(token),
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
  return new MockServer(child, JSON.parse(line), () => log, token);
}

let shared;

/** The server of this run: that of `mock-server run` or of the global set-up, else one that is started at first use. */
function sharedServer() {
  const { OPENPROSPECT_API_URL: apiUrl, OPENPROSPECT_CONTROL_URL: controlUrl } = process.env;
  shared ??= controlUrl && apiUrl ? attached(apiUrl, controlUrl) : startMockServer();
  return shared;
}

async function organization(options) {
  return (await sharedServer()).organization(options);
}

async function attached(apiUrl, controlUrl) {
  // As `mock-server run` sets it; without TLS, it is a file for other servers. A worker thread does not read
  // NODE_EXTRA_CA_CERTS again.
  const isSecure = controlUrl.startsWith("https:");
  const caFile = (isSecure && (process.env.NODE_EXTRA_CA_CERTS || process.env.SSL_CERT_FILE)) || undefined;
  return new AttachedServer(apiUrl, controlUrl, { caFile, token: tokenOfEnvironment() });
}

/** The environment of a server with this control token, which arguments would show to other users of the machine. */
function withToken(token) {
  const { MOCK_SERVER_CONTROL_TOKEN, MOCK_SERVER_CONTROL_TOKEN_FILE, ...env } = process.env;
  return token === undefined ? env : { ...env, MOCK_SERVER_CONTROL_TOKEN: token };
}

/** A setting as arguments: several if it is a list, none if it is not set. */
function option([name, value]) {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((each) => each !== undefined && each !== null).map((each) => `--${name}=${each}`);
}

/** The name of a setting as the command line has it. */
function kebab(name) {
  return name.replaceAll("_", "-").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

module.exports = { startMockServer, sharedServer, organization };
