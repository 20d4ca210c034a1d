//! What a client does where there is a wrong thing to do.

mod oauth;
mod redirects;

use std::time::Duration;

pub use self::{
    oauth::{ChallengeMethod, OAuthBehaviour, OnTokenFailure, Verifier},
    redirects::{FollowRedirects, RedirectMethod, RedirectTarget},
};
use super::list::PAGE;

/// Where the vendor's pages show the scopes that an error asks for.
const SCOPES_AT: [&str; 4] = [
    "/detail/required_scopes",
    "/details/required_scopes",
    "/error/detail/required_scopes",
    "/required_scopes",
];

/// What a client does where there is a wrong thing to do. The default is right everywhere.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a decision of its own, and a test changes one at a time"
)]
pub struct Behaviour {
    /// The scheme of the Authorization header.
    pub scheme: &'static str,
    /// Where the key is sent besides.
    pub key_also_in: Option<Place>,
    /// Whether calls are tried without the key first.
    pub probes_without_key: bool,
    /// Whether a key of production is sent along, in case the other does not work.
    pub sends_live_key: bool,
    /// Whether the key file is read before each call, and not at the start only.
    pub rereads_key: bool,
    /// Whether the key is printed.
    pub prints_key: bool,
    /// Whether the work is left to another process, which has the key as an argument.
    pub delegates_to_child: bool,
    /// Which redirects are followed, and how.
    pub redirects: Option<FollowRedirects>,
    /// The statuses after which a call is tried again.
    pub retries: &'static [u16],
    /// A status after which the same request is sent again at once.
    pub immediate_retry: Option<ImmediateRetry>,
    /// Whether a POST whose answer was lost is tried again.
    pub repeats_lost_posts: bool,
    /// Whether the same is tried again where nothing was answered.
    pub retries_lost_calls: bool,
    /// Tries of one call.
    pub max_attempts: u32,
    /// Whether the tries of all calls together are bounded.
    pub shares_retry_budget: bool,
    /// How long is waited between two tries where the server asks for no wait.
    pub backoff: Backoff,
    /// Whether all calls wait where one was told to.
    pub shares_pauses: bool,
    /// How much of what `Retry-After` asks for is waited, by status.
    pub retry_after_wait: fn(u16, Duration) -> Duration,
    /// Whether a quota that is used up is left alone until its reset.
    pub respects_quota: bool,
    /// Whether a refusal that says it may be kept is kept, and given for an answer.
    pub caches_rate_limits: bool,
    /// Whether a call is tried again after every error whose code is not known, whatever its status.
    pub retries_by_code: bool,
    /// Where the scopes stand that an error asks for; a pointer for each place.
    pub scopes_at: &'static [&'static str],
    /// Which dates in `Retry-After` are understood.
    pub retry_after_dates: Dates,
    /// What a `Retry-After` that says nothing leads to.
    pub on_bad_retry_after: BadRetryAfter,
    /// What a body that is not JSON lets the program die of.
    pub crash_on_bad_json: Option<Crash>,
    /// What a failure lets the program die of, instead of telling it.
    pub crash_on_failure: Option<Crash>,
    /// The longest wait that is sensible.
    pub max_wait: Duration,
    /// What is done about a longer one.
    pub on_long_wait: LongWait,
    /// What is done about an order whose request is put off by a 429.
    pub on_rate_limit: OnRateLimit,
    /// Whether each try has an Idempotency-Key, and whether that is another each time.
    pub idempotency_key: Option<bool>,
    /// Whether a call that succeeded only after some tries counts as one that failed.
    pub fails_after_recovery: bool,
    /// How long an answer may take.
    pub timeout: Timeout,
    /// Maximum size of a response body, in bytes.
    pub max_response_bytes: usize,
    /// Connections that are opened and forgotten when a call is given up.
    pub leaked_connections: usize,
    /// Whether fields that nobody announced are refused.
    pub rejects_unknown_fields: bool,
    /// How fields are counted on that no document promises.
    pub optional_fields: OptionalFields,
    /// Where the rows of a list are.
    pub rows_in: &'static [&'static str],
    /// Whether ids are encoded where they stand in a path.
    pub encodes_ids: bool,
    /// Whether numbers lose the digits that a double has not.
    pub numbers_are_doubles: bool,
    /// Whether words that nobody announced are refused.
    pub rejects_unknown_values: bool,
    /// The statuses that count as success though they are none.
    pub treats_as_success: fn(u16) -> bool,
    /// What replaces a body that is not JSON.
    pub accepts_invalid_json: bool,
    /// Whether JSON of another shape is taken for what was asked for.
    pub accepts_any_shape: bool,
    /// The User-Agent.
    pub user_agent: Option<&'static str>,
    /// The media type of bodies.
    pub media_type: &'static str,
    /// The body of an order.
    pub order: &'static str,
    /// The Accept header.
    pub accept: &'static str,
    /// What is accepted of compression; nothing of it is understood.
    pub accept_encoding: Option<&'static str>,
    /// Whether connections are used again.
    pub keep_alive: bool,
    /// HTTP by hand instead of by a library.
    pub raw_http: Option<RawHttpBug>,
    /// Pages that are asked for beyond the last one.
    pub extra_pages: usize,
    /// How many rows each page begins after the one before.
    pub page_step: usize,
    /// Whether a list ends one page before its end.
    pub skips_last_page: bool,
    /// Whether a further page that is refused is the end of its list.
    pub treats_page_error_as_end: bool,
    /// Whether a list is read from its beginning, instead of the page once more, when a page of it is refused by a 429.
    pub restarts_lists: bool,
    /// Whether the next page is looked for where a page says that it is.
    pub follows_next_links: bool,
    /// Whether a page that brings nothing new ends a list.
    pub detects_loops: bool,
    /// How often an order is asked for.
    pub poll_interval: Duration,
    /// Whether an order is asked for once more when it has come to its end.
    pub polls_after_end: bool,
    /// What the work goes on with after a refusal.
    pub after_auth_error: AfterAuthError,
    /// Whether a refusal is told apart from another.
    pub distinct_auth_errors: bool,
    /// The exit status of a failure.
    pub failure_exit_code: u8,
    /// Whether SIGTERM is ignored.
    pub ignores_sigterm: bool,
    /// What is done where the client signs in by OAuth.
    pub oauth: OAuthBehaviour,
}

/// Another place for a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// A header of its own.
    Header,
    /// The query.
    Query,
}

/// What HTTP by hand gets wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RawHttpBug {
    /// The connection is used again whatever an answer says.
    IgnoresClose,
    /// A connection that was closed meanwhile is used again and again.
    NeverReopens,
    /// A 1xx is taken for the answer.
    TakesInformational,
    /// A connection may take as long as it likes to come about.
    ConnectsForEver,
}

/// A status after which the same request is sent again at once, as if there were another chance.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ImmediateRetry {
    /// The status.
    pub on: u16,
    /// Whether each request has a connection of its own.
    pub on_new_connection: bool,
}

/// How long is waited between two tries where the server asks for no wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Backoff {
    /// A part of a longest, drawn; the longest is doubled each time.
    Jittered,
    /// The same at first for every call, doubled each time.
    Doubled,
    /// Always as long.
    Constant,
    /// Not at all.
    None,
}

/// What is done about a wait that is longer than is sensible.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LongWait {
    /// It is reported.
    Report,
    /// It is taken for none, and the usual wait for it.
    BackOff,
    /// As much of it is waited as is sensible, and the request is made again then.
    Cut,
}

/// How long an answer may take.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Timeout {
    /// A while without a byte, and a longer while in all.
    Both,
    /// A while without a byte, and as long as it likes in all.
    Idle,
    /// As long as it likes.
    None,
}

/// How fields are counted on that no document promises.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OptionalFields {
    /// Not at all.
    MayBeMissing,
    /// They are there, and have a value.
    Required,
    /// They have a value where they are there.
    NotNull,
}

/// Which dates are understood.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Dates {
    /// All three forms that HTTP has had.
    All,
    /// The form that HTTP prefers.
    Preferred,
    /// None.
    None,
}

/// What is done about an order whose request is put off by a 429.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OnRateLimit {
    /// The request is made again after the wait.
    TryAgain,
    /// The order is left out, and nobody is told.
    LeaveOut,
    /// The other orders are read first, at once.
    SetAside,
    /// The next order is read first, at once and on a connection of its own; then comes the wait.
    AfterTheNext,
}

/// What a `Retry-After` that says nothing leads to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BadRetryAfter {
    /// The usual wait.
    Backoff,
    /// A crash.
    Crash(Crash),
    /// No wait at all, and many tries.
    BusyLoop,
    /// No wait at all, and as many tries as ever.
    NoWait,
}

/// How a program dies of an exception that nobody catches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Crash {
    /// By an abort.
    Abort,
    /// As one in Python does.
    Python,
    /// As one in Node does.
    Node,
}

/// What the work goes on with after a refusal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AfterAuthError {
    /// With nothing.
    Stop,
    /// With the next call, after a while.
    GoOn,
    /// With the next call, at once.
    GoOnAtOnce,
    /// With other paths, one after the other.
    Probe,
}

#[expect(clippy::too_many_lines, reason = "a line for each habit")]
impl Default for Behaviour {
    fn default() -> Self {
        Self {
            scheme: "Bearer",
            key_also_in: None,
            probes_without_key: false,
            sends_live_key: false,
            rereads_key: true,
            prints_key: false,
            delegates_to_child: false,
            redirects: None,
            retries: &[429, 502, 503, 504],
            immediate_retry: None,
            repeats_lost_posts: false,
            retries_lost_calls: true,
            max_attempts: 4,
            shares_retry_budget: true,
            backoff: Backoff::Jittered,
            shares_pauses: true,
            retry_after_wait: |_, asked| asked,
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
            skips_last_page: false,
            treats_page_error_as_end: false,
            restarts_lists: false,
            follows_next_links: false,
            detects_loops: true,
            poll_interval: Duration::from_millis(1_100),
            polls_after_end: false,
            after_auth_error: AfterAuthError::Stop,
            distinct_auth_errors: true,
            failure_exit_code: 1,
            ignores_sigterm: false,
            oauth: OAuthBehaviour::default(),
        }
    }
}
