// An organization of the sandbox: data, keys, a clock and a journal that nobody else sees.
import { Journal } from "./journal.js";
import { exemptFromProxies } from "./proxies.js";

export class Clock {
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

export class Organization {
  #control;
  #path;

  /** Creates an organization with one key. */
  static async create(control, apiUrl, { scenario, preset = "full_access", tier = "enterprise", clock } = {}) {
    const keys = [{ preset: preset.replaceAll("-", "_"), tier }];
    const made = await control.request("POST", "/organizations", { keys, clock });
    const organization = new Organization(control, apiUrl, made);
    if (scenario !== undefined) {
      await organization.scenario(scenario);
    }
    return organization;
  }

  constructor(control, apiUrl, made) {
    this.#control = control;
    this.#path = `/organizations/${made.name}`;
    this.name = made.name;
    this.apiUrl = apiUrl;
    this.apiKey = made.minted[0].key;
    this.clock = new Clock(control, `${this.#path}/clock`);
    this.journal = new Journal(control, `${this.#path}/journal`);
  }

  get headers() {
    return { Authorization: `Bearer ${this.apiKey}` };
  }

  get env() {
    return {
      OPENPROSPECT_API_URL: this.apiUrl,
      OPENPROSPECT_API_KEY: this.apiKey,
      ...exemptFromProxies(this.apiUrl),
    };
  }

  async key({ preset = "full_access", tier = "enterprise", ...limits } = {}) {
    const wanted = { preset: preset.replaceAll("-", "_"), tier, ...limits };
    return (await this.control("POST", "/keys", wanted)).key;
  }

  async scenario(name) {
    if (name === null) {
      await this.control("DELETE", "/scenario");
    } else {
      await this.control("POST", "/scenario", { name });
    }
  }

  async control(method, path, body) {
    return this.#control.request(method, this.#path + path, body);
  }

  async close() {
    try {
      await this.control("DELETE", "");
    } catch (error) {
      // A server that has stopped has nothing to delete.
      if (!["ECONNREFUSED", "ECONNRESET"].includes(error.code)) {
        throw error;
      }
    }
  }

  async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    await this.close();
  }
}

function time({ now }) {
  return new Date(now);
}
