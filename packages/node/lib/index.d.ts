/** The control API rejected a request. */
export class ControlError extends Error {
  /** The status of the response. */
  readonly status: number;
}

/** What an organization is like. */
export interface OrganizationOptions {
  /** Scenario that is active from the start, such as `rate-limit-storm`, or the path of its file. */
  scenario?: string;
  /** Scopes of its key; by default, all. */
  preset?: string;
  /** Rate limit of its key; by default, `enterprise`. */
  tier?: "free" | "pro" | "enterprise" | (string & {});
  /** How its clock runs: `real`, `frozen`, `frozen=2026-01-15T09:00:00Z` or `scale=60`. */
  clock?: string;
}

/** A value, or whether there is one. */
export type Wanted = string | boolean;

/** A kind of request, and how many are expected; by default at least one. Keys are compared by their masks. */
export interface Expectation {
  operation?: string;
  endpoint?: string;
  method?: string;
  /** The whole path, with `*` for any segment. */
  path?: string;
  query?: Record<string, Wanted>;
  headers?: Record<string, Wanted>;
  /** A part of the JSON body. */
  json?: unknown;
  /** Values of the JSON body by JSON Pointer. */
  pointers?: Record<string, unknown>;
  /** A JSON Schema of the body. */
  schema?: object | boolean;
  key?: string;
  /** A status such as `429`, or `"4xx"`. */
  status?: number | string;
  code?: string;
  fault?: string;
  text?: string;
  exactly?: number;
  atLeast?: number;
  atMost?: number;
}

/** A recorded request. */
export interface RecordedRequest {
  id: string;
  sequence: number;
  at: string;
  method: string;
  target: string;
  operation: string | null;
  status: number | null;
  code: string | null;
  steps: { step: string; decision: string; reason?: string }[];
  [field: string]: unknown;
}

/** The requests of one organization, the last 1,000. */
export interface Journal {
  /** The requests, oldest first. */
  requests(options?: { after?: number }): Promise<RecordedRequest[]>;
  /** The number of the last request, for `after`, which leaves out those up to it; 0 if there was none. */
  last(): Promise<number>;
  /** Forgets all requests. */
  clear(): Promise<void>;
  /** Rejects with the closest request and what differs, unless all was sent as expected. */
  verify(expect: Expectation[], options?: { inOrder?: boolean; nothingElse?: boolean; after?: number }): Promise<void>;
  /** Asserts that requests of a kind were sent. */
  assertSent(operation?: string, conditions?: Omit<Expectation, "operation">): Promise<void>;
  /** Asserts that no request of a kind was sent; without a kind, that there was no request at all. */
  assertNotSent(operation?: string, conditions?: Omit<Expectation, "operation">): Promise<void>;
  /** The requests for people, one a line, with the reasons of those that were refused; at most the last `limit`. */
  text(options?: { after?: number; limit?: number }): Promise<string>;
}

/** The clock of an organization, which its keys, quotas and orders read. */
export interface Clock {
  now(): Promise<Date>;
  /** Lets time pass: a duration such as `1h30m`, or milliseconds. */
  advance(by: string | number): Promise<Date>;
  set(to: string | Date): Promise<Date>;
  /** Lets time pass at a multiple of normal speed. */
  scale(factor: number): Promise<Date>;
  freeze(): Promise<Date>;
  resume(): Promise<Date>;
}

/** An organization with one key: data, a clock and a journal that nobody else sees. */
export interface Organization {
  readonly name: string;
  /** The base URL of the API. */
  readonly apiUrl: string;
  readonly apiKey: string;
  /** The header that authorizes requests. */
  readonly headers: { Authorization: string };
  /** File with the certificates to trust, if the server uses TLS. */
  readonly caFile?: string;
  /**
   * The variables that the vendor's clients read, those that exempt the sandbox from proxies, and with TLS those that name the
   * certificates to trust.
   */
  readonly env: Record<"OPENPROSPECT_API_URL" | "OPENPROSPECT_API_KEY" | "NO_PROXY" | "no_proxy", string> & Record<string, string>;
  readonly clock: Clock;
  readonly journal: Journal;
  /** The requests to the server without a valid key, which are of no organization. */
  readonly keyless: Journal;
  /** Creates another key. */
  key(options?: { preset?: string; tier?: string; expires_in?: string; expires_at?: string }): Promise<string>;
  /** Revokes a key that `key` has returned; by default, the organization's own. */
  revoke(key?: string): Promise<void>;
  /** Activates a bundled scenario from now on, or that of a file, such as `busy.yaml`; `null` deactivates it. */
  scenario(scenario: string | null): Promise<void>;
  /** Sends a request about this organization to the control API, such as `control("POST", "/reset")`. */
  control(method: string, path: string, body?: unknown): Promise<any>;
  /** Deletes the organization. */
  close(): Promise<void>;
}

/** A server. */
export interface MockServer {
  /** The base URL of the API. */
  readonly apiUrl: string;
  /** The URL of the control API; empty if it is disabled. */
  readonly controlUrl: string;
  /** File with the certificates to trust, if it uses TLS. */
  readonly caFile?: string;
  /** The id of its process, if it was started here. */
  readonly pid?: number;
  /** What it has logged, if it was started here. */
  log?(): string;
  /** A new organization. */
  organization(options?: OrganizationOptions): Promise<Organization>;
  /** Stops the server, if it was started here. */
  close(): Promise<void>;
}

/**
 * Starts a server on a free port. It also stops when this process ends, in whatever way. `settings` are the options of
 * `mock-server serve`, such as `{ seed: 7 }`.
 */
export function startMockServer(settings?: Record<string, string | number | boolean | readonly string[] | undefined>): Promise<MockServer>;

/** The server of this run: that of `mock-server run` or of the global set-up, else one that is started at first use. */
export function sharedServer(): Promise<MockServer>;

/** A new organization on the server of this run. */
export function organization(options?: OrganizationOptions): Promise<Organization>;
