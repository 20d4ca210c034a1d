// An organization of the sandbox: data, keys, a clock and a journal that nobody else sees.
const { readFile } = require("node:fs/promises");

const { Journal } = require("./journal.js");
const { check } = require("./options.js");
const { exemptFromProxies } = require("./proxies.js");
const { trusting } = require("./trust.js");

class Clock {
  #control;
  #path;

  constructor(control, path) {
    this.#control = control;
    this.#path = path;
  }

  async now() {
    return time(await this.#control.request("GET", this.#path));
  }

  async advance(by) {
    return this.#move("advance", { by: typeof by === "number" ? `${Math.round(by)}ms` : by });
  }

  async set(to) {
    return this.#move("set", { to: to instanceof Date ? to.toISOString() : to });
  }

  async scale(factor) {
    return this.#move("scale", { factor });
  }

  async freeze() {
    return this.#move("freeze", {});
  }

  async resume() {
    return this.#move("resume", {});
  }

  async #move(verb, body) {
    return time(await this.#control.request("POST", `${this.#path}/${verb}`, body));
  }
}

class Organization {
  #control;
  #path;
  /** The ids of the keys that were created here. */
  #ids = new Map();

  /** Creates an organization with one key. */
  static async create(control, server, options = {}) {
    check(options, ["scenario", "preset", "tier", "clock"], "an organization");
    const { scenario, preset = "full_access", tier = "enterprise", clock } = options;
    const keys = [{ preset: spelled(preset), tier: spelled(tier) }];
    const made = await control.request("POST", "/organizations", { keys, clock });
    const organization = new Organization(control, server, made);
    if (scenario !== undefined && scenario !== null) {
      try {
        await organization.scenario(scenario);
      } catch (error) {
        await organization.close();
        throw error;
      }
    }
    return organization;
  }

  constructor(control, { apiUrl, caFile }, made) {
    this.#control = control;
    this.#path = `/organizations/${made.name}`;
    this.name = made.name;
    this.apiUrl = apiUrl;
    this.caFile = caFile;
    this.apiKey = this.#known(made.minted[0]);
    this.clock = new Clock(control, `${this.#path}/clock`);
    this.journal = new Journal(control, `${this.#path}/journal`);
    this.keyless = new Journal(control, "/journal");
  }

  get headers() {
    return { Authorization: `Bearer ${this.apiKey}` };
  }

  get env() {
    return {
      OPENPROSPECT_API_URL: this.apiUrl,
      OPENPROSPECT_API_KEY: this.apiKey,
      ...exemptFromProxies(this.apiUrl),
      ...trusting(this.caFile),
    };
  }

  async key({ preset = "full_access", tier = "enterprise", ...limits } = {}) {
    const wanted = { preset: spelled(preset), tier: spelled(tier), ...limits };
    return this.#known(await this.control("POST", "/keys", wanted));
  }

  async revoke(key = this.apiKey) {
    const id = this.#ids.get(key);
    if (id === undefined) {
      throw new Error("the organization has not created this key");
    }
    await this.control("POST", `/keys/${id}/revoke`);
  }

  async scenario(scenario) {
    if (scenario === null) {
      await this.control("DELETE", "/scenario");
    } else {
      await this.control("POST", "/scenario", await read(scenario));
    }
  }

  async control(method, path, body) {
    return this.#control.request(method, this.#path + path, body);
  }

  async close() {
    try {
      await this.control("DELETE", "");
    } catch (error) {
      // A server that has stopped has nothing to delete. An organization may be deleted already, or evicted.
      if (error.status !== 404 && !["ECONNREFUSED", "ECONNRESET"].includes(error.code)) {
        throw error;
      }
    }
  }

  /** Keeps the id of a key that was created, and returns its text. */
  #known({ key, id }) {
    this.#ids.set(key, id);
    return key;
  }

  async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    await this.close();
  }
}

/** A name as the control API has it: `read_only` for `ReadOnly`, `read-only` and `Read Only`, as the command line takes them. */
function spelled(name) {
  return name.replace(/([a-z])([A-Z])/g, "$1_$2").replace(/[- ]/g, "_").toLowerCase();
}

/** The scenario as the control API takes it. No name has a dot or a slash, as paths have. */
async function read(scenario) {
  return /[./\\]/.test(scenario) ? { yaml: await readFile(scenario, "utf8") } : { name: scenario };
}

function time({ now }) {
  return new Date(now);
}

module.exports = { Clock, Organization };
