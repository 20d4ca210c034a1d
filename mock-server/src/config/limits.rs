//! Limits of what the server accepts and keeps.

#[cfg(test)]
mod page;

use std::time::Duration;

/// Maximum length of a request body, in bytes. 10,000 companies with well-filled fields fit.
pub(crate) const MAX_BODY: usize = 8 * 1024 * 1024;
/// Maximum length of a form that is sent to the authorization server, in bytes.
pub(crate) const MAX_FORM: usize = 64 * 1024;
/// Connections can use one part in this many of the server's memory: for requests over HTTP/2, and for responses that
/// clients have not read.
pub(crate) const SHARE_OF_CONNECTIONS: usize = 4;
/// Bytes of memory that the data of an organization can use.
pub(crate) const MAX_ORGANIZATION_MEMORY: usize = 64 * 1024 * 1024;
/// Bytes of memory of an organization that has only its initial data.
pub(crate) const ORGANIZATION_MEMORY: usize = 32 * 1024;
/// Bodies up to this length, in bytes, are accepted however much memory is in use, so that small requests are
/// always served.
pub(crate) const SMALL_BODY: usize = 16 * 1024;
/// Maximum length of the body of a control request, in bytes.
pub(crate) const MAX_CONTROL_BODY: usize = 2 * 1024 * 1024;
/// Maximum length of a report of the judge, in bytes.
pub(crate) const MAX_JUDGE_REPORT: usize = 8 * 1024 * 1024;
/// Maximum number of values in the JSON of a snapshot: several for each possible company and blacklist entry.
pub(crate) const MAX_SNAPSHOT_VALUES: usize = 3_000_000;
/// Maximum length of a snapshot, in bytes. An organization at all its limits can need more; a usual one needs far
/// less.
pub(crate) const MAX_SNAPSHOT: usize = 64 * 1024 * 1024;
/// Maximum length of the request line and headers, in bytes.
pub(crate) const MAX_HEAD: usize = 64 * 1024;
/// Maximum number of lines of headers. It is that of the HTTP library for HTTP/1; over HTTP/2, the library has none.
pub(crate) const MAX_HEADERS: usize = 100;
/// Maximum size of the headers of a request over HTTP/2, in bytes, with 32 for each line (RFC 9113, section 10.5.1). It is
/// smaller, because a connection has many requests, whose heads are in memory before any of them can be refused.
pub(crate) const MAX_HEADER_LIST: usize = 16 * 1024;
/// Requests over HTTP/2 of a connection that uses at most this much memory, in bytes, are accepted however much others
/// use.
pub(crate) const SMALL_CONNECTION: usize = 32 * 1024;
/// Maximum length of a host with its port, in bytes. A domain name has at most 253 (RFC 1035 §2.3.4). Tokens contain the
/// host as their issuer, and grants keep it.
pub(crate) const MAX_HOST: usize = 260;
/// Maximum number of faults that a request can ask for.
pub(crate) const MAX_ASKED_FAULTS: usize = 10;
/// Maximum number of keys of an organization.
pub(crate) const MAX_KEYS: usize = 1_000;
/// Maximum number of clients that can be registered at the authorization server while it runs.
pub(crate) const MAX_REGISTERED_CLIENTS: usize = 100;
/// Maximum number of grants of an organization. Each has its refresh token and any number of access tokens.
pub(crate) const MAX_GRANTS: usize = 1_000;
/// Maximum number of authorization codes of an organization that have not been redeemed.
pub(crate) const MAX_CODES: usize = 100;
/// Maximum number of access tokens, of all organizations, whose verified signatures are cached.
pub(crate) const MAX_VERIFIED_TOKENS: usize = 10_000;
/// Maximum number of orders of an organization.
pub(crate) const MAX_ORDERS: usize = 10_000;
/// Maximum number of companies in all orders of an organization.
pub(crate) const MAX_ORDER_COMPANIES: usize = 100_000;
/// Maximum number of companies in the world.
pub(crate) const MAX_COMPANIES: usize = 100_000;
/// Maximum number of companies, and of prospects, that the callers of an organization can create.
pub(crate) const MAX_CREATED: usize = 10_000;
/// Maximum number of companies, and of prospects, that the callers of an organization can change.
pub(crate) const MAX_CHANGED: usize = 10_000;
/// Maximum number of job searches of an organization.
pub(crate) const MAX_JOB_SEARCHES: usize = 1_000;
/// Maximum number of blacklists of an organization.
pub(crate) const MAX_BLACKLISTS: usize = 1_000;
/// Maximum number of entries in all blacklists of an organization.
pub(crate) const MAX_BLACKLIST_ENTRIES: usize = 100_000;
/// Maximum number of concurrent sessions of the dashboard.
pub(crate) const MAX_SESSIONS: usize = 64;
/// Maximum number of concurrent requests that wait for journal entries or follow a journal.
pub(crate) const MAX_WATCHERS: usize = 100;
/// Maximum number of guests: connections whose last request was a control request, and those that found no place
/// and wait for one.
pub(crate) const MAX_GUESTS: usize = 128;
/// Maximum number of broken addresses.
pub(crate) const MAX_ADDRESSES: usize = 20;
/// Number of requests that an organization's journal keeps by default.
pub(crate) const JOURNAL: usize = 1_000;
/// Maximum number of requests that an organization's journal can be set to keep. Its list, and queries of it, look at all.
pub(crate) const MAX_JOURNAL: usize = 10_000;
/// Maximum number of bytes of a body that a journal keeps.
pub(crate) const MAX_CAPTURED_BODY: usize = 64 * 1024;
/// Maximum number of control frames that an HTTP/2 connection may send within [`CONTROL_FRAME_WINDOW`].
pub(crate) const MAX_CONTROL_FRAMES: u32 = 1_000;
pub(crate) const CONTROL_FRAME_WINDOW: Duration = Duration::from_secs(10);
