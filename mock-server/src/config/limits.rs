//! How much is taken in, and how much is kept.

/// Bytes of a request body: 10,000 companies with every field well filled fit in.
pub(crate) const MAX_BODY: usize = 8 * 1024 * 1024;
/// Bytes of a form of the authorization server.
pub(crate) const MAX_FORM: usize = 64 * 1024;
/// Bytes that an organization may use for what it keeps.
pub(crate) const MAX_ORGANIZATION_MEMORY: usize = 64 * 1024 * 1024;
/// Bytes that an organization uses that has only what it begins with.
pub(crate) const ORGANIZATION_MEMORY: usize = 32 * 1024;
/// Bytes of a body that are taken in however much memory is in use: a caller that sends little is always served.
pub(crate) const SMALL_BODY: usize = 16 * 1024;
/// Bytes of a control call's body.
pub(crate) const MAX_CONTROL_BODY: usize = 2 * 1024 * 1024;
/// Values in the JSON of a snapshot: several for each of all the companies and entries that there can be.
pub(crate) const MAX_SNAPSHOT_VALUES: usize = 3_000_000;
/// Bytes of a snapshot. All that an organization can have may be more; what it usually has is far less.
pub(crate) const MAX_SNAPSHOT: usize = 64 * 1024 * 1024;
/// Bytes of a request's line and headers.
pub(crate) const MAX_HEAD: usize = 64 * 1024;
/// Keys of an organization.
pub(crate) const MAX_KEYS: usize = 1_000;
/// Clients of the authorization server that are registered while the server runs.
pub(crate) const MAX_REGISTERED_CLIENTS: usize = 100;
/// Grants of an organization, each with its refresh token and any number of access tokens.
pub(crate) const MAX_GRANTS: usize = 1_000;
/// Authorization codes of an organization that wait for their clients.
pub(crate) const MAX_CODES: usize = 100;
/// Access tokens of all organizations whose signatures need not be verified again.
pub(crate) const MAX_VERIFIED_TOKENS: usize = 10_000;
/// Orders of an organization.
pub(crate) const MAX_ORDERS: usize = 10_000;
/// Companies in all orders of an organization together.
pub(crate) const MAX_ORDER_COMPANIES: usize = 100_000;
/// Companies of the world.
pub(crate) const MAX_COMPANIES: usize = 100_000;
/// Companies, and prospects, of an organization that callers have created.
pub(crate) const MAX_CREATED: usize = 10_000;
/// Companies, and prospects, of an organization that callers have changed.
pub(crate) const MAX_CHANGED: usize = 10_000;
/// Job searches of an organization.
pub(crate) const MAX_JOB_SEARCHES: usize = 1_000;
/// Blacklists of an organization.
pub(crate) const MAX_BLACKLISTS: usize = 1_000;
/// Entries in all blacklists of an organization together.
pub(crate) const MAX_BLACKLIST_ENTRIES: usize = 100_000;
/// Those who wait for journals, or follow them, at a time.
pub(crate) const MAX_WATCHERS: usize = 100;
/// Connections whose last request was a control call, or that found no place and wait for one.
pub(crate) const MAX_GUESTS: usize = 128;
/// Broken addresses.
pub(crate) const MAX_ADDRESSES: usize = 20;
/// Requests that an organization's journal keeps.
pub(crate) const JOURNAL: usize = 1_000;
