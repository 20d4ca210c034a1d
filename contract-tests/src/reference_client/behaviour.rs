//! What the client does where a client can do something wrong.

mod busy_loop;
mod oauth;
mod posts;
mod redirects;

use std::time::Duration;

use reqwest::RequestBuilder;

pub use self::{
    busy_loop::BusyLoop,
    oauth::{ChallengeMethod, OAuthBehaviour, OnTokenFailure, Verifier},
    posts::OnLostPost,
    redirects::{FollowRedirects, RedirectMethod, RedirectTarget},
};
pub use super::crash::Crash;
use super::list::PAGE;

/// Where the vendor's pages show the scopes that an error requires.
const SCOPES_AT: [&str; 4] = [
    "/detail/required_scopes",
    "/details/required_scopes",
    "/error/detail/required_scopes",
    "/required_scopes",
];

/// What the client does where a client can do something wrong. Every default is correct.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a decision of its own, and a test changes one at a time"
)]
pub struct Behaviour {
    /// The scheme of the Authorization header.
    pub scheme: &'static str,
    /// Where else the key is sent.
    pub key_also_in: Option<Place>,
    /// Whether every request is first sent without the key.
    pub probes_without_key: bool,
    /// What is changed in each request before a body is added.
    pub changes_request: fn(RequestBuilder) -> RequestBuilder,
    /// Whether the key file is read before each request, not only at the start.
    pub rereads_key: bool,
    /// The form in which the key is printed; `None` if it is not.
    pub prints_key: Option<fn(&str) -> String>,
    /// Whether the work is delegated to another process, which gets the key as an argument.
    pub delegates_to_child: bool,
    /// Which redirects are followed, and how; `None` for no redirects.
    pub redirects: Option<FollowRedirects>,
    /// The statuses after which a call is retried that only reads.
    pub retries: &'static [u16],
    /// The statuses after which a call is retried that may change something: those after which it has not.
    pub retries_writes: &'static [u16],
    /// A status after which the same request is repeated immediately.
    pub immediate_retry: Option<ImmediateRetry>,
    /// Whether each attempt has the whole body, not only the first.
    pub rewinds_bodies: bool,
    /// What follows a POST without a response.
    pub on_lost_post: OnLostPost,
    /// Whether a safe request without a response is retried.
    pub retries_lost_calls: bool,
    /// Maximum number of attempts of one call.
    pub max_attempts: u32,
    /// Whether all calls share a limited budget of retries.
    pub shares_retry_budget: bool,
    /// How long to wait between two attempts if the server does not ask for a wait.
    pub backoff: Backoff,
    /// Whether all calls wait if one of them was asked to.
    pub shares_pauses: bool,
    /// How long to wait for a given `Retry-After`, by status.
    pub retry_after_wait: fn(u16, Duration) -> Duration,
    /// Whether the client stops sending until the reset if the quota is used up.
    pub respects_quota: bool,
    /// Whether an error that claims to be cacheable is cached, and used as the response to later requests.
    pub caches_rate_limits: bool,
    /// Whether a call is retried after every error with an unknown code, whatever its status.
    pub retries_by_code: bool,
    /// Where errors list the required scopes; JSON pointers.
    pub scopes_at: &'static [&'static str],
    /// Which date formats `Retry-After` may have.
    pub retry_after_dates: Dates,
    /// The reaction to an unreadable `Retry-After`.
    pub on_bad_retry_after: BadRetryAfter,
    /// How the program crashes at a body that is not JSON; `None` if it does not.
    pub crash_on_bad_json: Option<Crash>,
    /// How the program crashes at a failure instead of reporting it; `None` if it does not.
    pub crash_on_failure: Option<Crash>,
    /// The longest sensible wait.
    pub max_wait: Duration,
    /// The reaction to a longer wait.
    pub on_long_wait: LongWait,
    /// What happens to an order if the request for it gets a 429.
    pub on_rate_limit: OnRateLimit,
    /// Whether an order that cannot be read is silently left out.
    pub skips_unreadable_orders: bool,
    /// Whether an order that could not be created counts as done.
    pub ignores_failed_writes: bool,
    /// Whether attempts have an Idempotency-Key, and whether each attempt has a different one.
    pub idempotency_key: Option<bool>,
    /// Whether a call that succeeds only after a retry counts as failed.
    pub fails_after_recovery: bool,
    /// Response timeouts.
    pub timeout: Timeout,
    /// Maximum size of a response body, in bytes.
    pub max_response_bytes: usize,
    /// Number of connections that are opened and leaked when a response is missing.
    pub leaked_connections: usize,
    /// Whether unknown fields are rejected.
    pub rejects_unknown_fields: bool,
    /// Whether undocumented or optional fields are relied on.
    pub optional_fields: OptionalFields,
    /// The names of the field with the rows of a list.
    pub rows_in: &'static [&'static str],
    /// Whether ids are percent-encoded in paths.
    pub encodes_ids: bool,
    /// Whether numbers lose digits beyond the precision of a double.
    pub numbers_are_doubles: bool,
    /// Whether unknown values of enumerated fields are rejected.
    pub rejects_unknown_values: bool,
    /// Which error statuses are treated as success.
    pub treats_as_success: fn(u16) -> bool,
    /// Whether a body that is not JSON is accepted as an empty result.
    pub accepts_invalid_json: bool,
    /// Whether JSON of an unexpected shape is accepted.
    pub accepts_any_shape: bool,
    /// The `User-Agent`; `None` to send none.
    pub user_agent: Option<&'static str>,
    /// The media type of request bodies.
    pub media_type: &'static str,
    /// The body that creates an order.
    pub order: &'static str,
    /// The Accept header.
    pub accept: &'static str,
    /// The `Accept-Encoding` header; the client cannot decode any encoding.
    pub accept_encoding: Option<&'static str>,
    /// Whether connections are reused.
    pub keep_alive: bool,
    /// A bug of HTTP without a library; `None` to use the library.
    pub raw_http: Option<RawHttpBug>,
    /// Number of pages requested after the last one.
    pub extra_pages: usize,
    /// Distance of the offsets of two pages.
    pub page_step: usize,
    /// Whether the first page is taken for the whole list.
    pub reads_first_page_only: bool,
    /// Whether a list is read without its last page.
    pub skips_last_page: bool,
    /// Whether an error for a page other than the first is treated as the end of the list.
    pub treats_page_error_as_end: bool,
    /// Whether a list is read from its start again, instead of retrying the page, if a page gets a 429.
    pub restarts_lists: bool,
    /// Whether the next page is requested from the link in the previous one.
    pub follows_next_links: bool,
    /// Whether a page without new rows ends a list.
    pub detects_loops: bool,
    /// What is waited for in a busy loop, if anything is.
    pub busy_loop: Option<BusyLoop>,
    /// Interval between requests for the status of an order.
    pub poll_interval: Duration,
    /// Whether the status of an order is requested once more after it is final.
    pub polls_after_end: bool,
    /// The reaction to an order that is cancelled while the client waits for it.
    pub on_cancelled: OnCancelled,
    /// What the client continues with after a 401 or 403.
    pub after_auth_error: AfterAuthError,
    /// Whether error messages name the cause of a failure.
    pub distinct_auth_errors: bool,
    /// The exit status of a failure.
    pub failure_exit_code: u8,
    /// Whether SIGTERM is ignored.
    pub ignores_sigterm: bool,
    /// Behaviour of a client that signs in by OAuth.
    pub oauth: OAuthBehaviour,
}

/// An additional place for the key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// A header of its own.
    Header,
    /// The query.
    Query,
}

/// A bug of HTTP without a library.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RawHttpBug {
    /// The connection is reused even if a response closes it.
    IgnoresClose,
    /// A connection that has been closed is used again and again.
    NeverReopens,
    /// A 1xx response is taken for the final response.
    TakesInformational,
    /// Connecting has no timeout.
    ConnectsForEver,
}

/// A status after which the same request is repeated immediately, as if the result could change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ImmediateRetry {
    /// The status.
    pub on: u16,
    /// Whether each request uses a new connection.
    pub on_new_connection: bool,
}

/// How long to wait between two attempts if the server does not ask for a wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Backoff {
    /// A random part of a maximum that doubles each time.
    Jittered,
    /// The same first wait for every call, doubled each time.
    Doubled,
    /// A constant wait.
    Constant,
    /// No wait.
    None,
}

/// The reaction to a wait that is longer than sensible.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LongWait {
    /// The call fails with an error.
    Report,
    /// The wait is ignored, and the usual backoff applies.
    BackOff,
    /// The client waits for the longest sensible time, then retries.
    Cut,
}

/// Response timeouts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Timeout {
    /// A timeout between bytes, and a longer one for the whole response.
    Both,
    /// Only a timeout between bytes.
    Idle,
    /// No timeout.
    None,
}

/// Whether undocumented or optional fields are relied on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OptionalFields {
    /// They may be missing.
    MayBeMissing,
    /// They must be present and not `null`.
    Required,
    /// They may be missing, but must not be `null`.
    NotNull,
}

/// The accepted date formats.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Dates {
    /// All three formats that HTTP has had.
    All,
    /// The preferred format of HTTP.
    Preferred,
    /// No dates.
    None,
}

/// What happens to an order if the request for it gets a 429.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OnRateLimit {
    /// The request is retried after the wait.
    TryAgain,
    /// The order is silently left out.
    LeaveOut,
    /// The other orders are read first, immediately.
    SetAside,
    /// The next order is read first, immediately and on a connection of its own; the wait follows.
    AfterTheNext,
}

/// The reaction to a cancelled order.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OnCancelled {
    /// An error.
    Report,
    /// The client waits on for COMPLETED.
    WaitOn,
    /// As to COMPLETED.
    TakeAsCompleted,
}

/// The reaction to an unreadable `Retry-After`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BadRetryAfter {
    /// The usual backoff.
    Backoff,
    /// A crash.
    Crash(Crash),
    /// No wait, and many additional requests.
    BusyLoop,
    /// No wait, and the usual number of attempts.
    NoWait,
}

/// What the client continues with after a 401 or 403.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AfterAuthError {
    /// Nothing: it stops.
    Stop,
    /// The next call, after a while.
    GoOn,
    /// The next call, immediately.
    GoOnAtOnce,
    /// Other paths, one after the other.
    Probe,
}

#[expect(clippy::too_many_lines, reason = "a line for each habit")]
impl Default for Behaviour {
    fn default() -> Self {
        Self {
            scheme: "Bearer",
            key_also_in: None,
            probes_without_key: false,
            changes_request: |request| request,
            rereads_key: true,
            prints_key: None,
            delegates_to_child: false,
            redirects: None,
            retries: &[429, 502, 503, 504],
            retries_writes: &[429, 503],
            immediate_retry: None,
            rewinds_bodies: true,
            on_lost_post: OnLostPost::Report,
            retries_lost_calls: true,
            max_attempts: 4,
            shares_retry_budget: true,
            backoff: Backoff::Jittered,
            shares_pauses: true,
            retry_after_wait: |_, requested| requested,
            respects_quota: true,
            caches_rate_limits: false,
            retries_by_code: false,
            scopes_at: &SCOPES_AT,
            retry_after_dates: Dates::All,
            on_bad_retry_after: BadRetryAfter::Backoff,
            crash_on_bad_json: None,
            crash_on_failure: None,
            max_wait: Duration::from_mins(1),
            on_long_wait: LongWait::Report,
            on_rate_limit: OnRateLimit::TryAgain,
            skips_unreadable_orders: false,
            ignores_failed_writes: false,
            idempotency_key: None,
            fails_after_recovery: false,
            timeout: Timeout::Both,
            max_response_bytes: 16 << 20,
            leaked_connections: 0,
            rejects_unknown_fields: false,
            optional_fields: OptionalFields::MayBeMissing,
            rows_in: &["orders", "items"],
            encodes_ids: true,
            numbers_are_doubles: false,
            rejects_unknown_values: false,
            treats_as_success: |_| false,
            accepts_invalid_json: false,
            accepts_any_shape: false,
            user_agent: Some("reference-client/1.0"),
            media_type: "application/json",
            order: r#"{"title": "Hotels", "features": ["CONTACTS"], "companies": [{"company_name": "Grand Hotel Berlin"}]}"#,
            accept: "application/json",
            accept_encoding: None,
            keep_alive: true,
            raw_http: None,
            extra_pages: 0,
            page_step: PAGE,
            reads_first_page_only: false,
            skips_last_page: false,
            treats_page_error_as_end: false,
            restarts_lists: false,
            follows_next_links: false,
            detects_loops: true,
            busy_loop: None,
            poll_interval: Duration::from_millis(1_100),
            polls_after_end: false,
            on_cancelled: OnCancelled::Report,
            after_auth_error: AfterAuthError::Stop,
            distinct_auth_errors: true,
            failure_exit_code: 1,
            ignores_sigterm: false,
            oauth: OAuthBehaviour::default(),
        }
    }
}
