//! What a client does where there is a wrong thing to do.

use std::time::Duration;

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
pub struct Habits {
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
    pub delegates: bool,
    /// Which redirects are followed, and how.
    pub follows: Option<Follows>,
    /// The statuses after which a call is tried again.
    pub retries: &'static [u16],
    /// A status after which the same request is sent again at once.
    pub insists: Option<Insists>,
    /// Whether a POST whose answer was lost is tried again.
    pub repeats_lost_posts: bool,
    /// Whether the same is tried again where nothing was answered.
    pub retries_lost_calls: bool,
    /// Tries of one call.
    pub attempts: u32,
    /// Whether the tries of all calls together are bounded.
    pub shares_tries: bool,
    /// How long is waited between two tries where the server asks for no wait.
    pub backoff: Backoff,
    /// Whether all calls wait where one was told to.
    pub shares_pauses: bool,
    /// How much of what `Retry-After` asks for is waited, by status.
    pub waits: fn(u16, Duration) -> Duration,
    /// Whether a quota that is used up is left alone until its reset.
    pub minds_quota: bool,
    /// Whether a refusal that says it may be kept is kept, and given for an answer.
    pub keeps_refusals: bool,
    /// Whether a call is tried again after every error whose code is not known, whatever its status.
    pub goes_by_code: bool,
    /// Where the scopes stand that an error asks for; a pointer for each place.
    pub scopes_at: &'static [&'static str],
    /// Which dates in `Retry-After` are understood.
    pub reads_dates: Dates,
    /// What a `Retry-After` that says nothing leads to.
    pub bad_retry_after: BadValue,
    /// What a body that is not JSON lets the program die of.
    pub dies_of_bad_json: Option<Death>,
    /// What a failure lets the program die of, instead of telling it.
    pub dies_of_failures: Option<Death>,
    /// The longest wait that is sensible.
    pub longest_wait: Duration,
    /// What is done about a longer one.
    pub too_long: TooLong,
    /// What is done about an order whose request is put off by a 429.
    pub put_off: PutOff,
    /// Whether each try has an Idempotency-Key, and whether that is another each time.
    pub idempotency_key: Option<bool>,
    /// Whether a call that succeeded only after some tries counts as one that failed.
    pub fails_after_recovery: bool,
    /// How long an answer may take.
    pub time_out: TimeOut,
    /// Bytes of an answer at the most.
    pub longest_answer: usize,
    /// Connections that are opened and forgotten when a call is given up.
    pub leaks: usize,
    /// Whether fields that nobody announced are refused.
    pub refuses_unknown_fields: bool,
    /// How fields are counted on that no document promises.
    pub optional_fields: Optional,
    /// Where the rows of a list are.
    pub rows_in: &'static [&'static str],
    /// Whether ids are encoded where they stand in a path.
    pub encodes_ids: bool,
    /// Whether numbers lose the digits that a double has not.
    pub numbers_are_doubles: bool,
    /// Whether words that nobody announced are refused.
    pub refuses_unknown_words: bool,
    /// The statuses that count as success though they are none.
    pub takes_for_success: fn(u16) -> bool,
    /// What stands for a body that is no JSON.
    pub takes_bad_json: bool,
    /// Whether JSON of another shape is taken for what was asked for.
    pub takes_any_shape: bool,
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
    pub keeps_connections: bool,
    /// HTTP by hand instead of by a library.
    pub by_hand: Option<ByHand>,
    /// Pages that are asked for beyond the last one.
    pub pages_beyond: usize,
    /// How many rows each page begins after the one before.
    pub page_step: usize,
    /// Whether a list ends one page before its end.
    pub leaves_out_the_last_page: bool,
    /// Whether a further page that is refused is the end of its list.
    pub ends_lists_at_refusals: bool,
    /// Whether a list is read from its beginning, instead of the page once more, when a page of it is refused by a 429.
    pub restarts_lists: bool,
    /// Whether the next page is looked for where a page says that it is.
    pub follows_links: bool,
    /// Whether a page that brings nothing new ends a list.
    pub notices_loops: bool,
    /// How often an order is asked for.
    pub poll: Duration,
    /// Whether an order is asked for once more when it has come to its end.
    pub polls_after_end: bool,
    /// What the work goes on with after a refusal.
    pub after_refusal: AfterRefusal,
    /// Whether a refusal is told apart from another.
    pub tells_refusals_apart: bool,
    /// The exit status of a failure.
    pub exit_of_failure: u8,
    /// Whether SIGTERM is ignored.
    pub ignores_term: bool,
}

/// Another place for a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// A header of its own.
    Header,
    /// The query.
    Query,
}

/// Redirects that are followed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Redirects {
    /// To the same server.
    SameServer,
    /// To any port of the same host.
    SameHost,
    /// To any host on the same port.
    SamePort,
}

/// How redirects are followed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Follows {
    /// Which.
    pub to: Redirects,
    /// Up to how many.
    pub at_most: usize,
    /// As what the request goes on.
    pub becomes: Redirected,
}

impl Follows {
    /// A few of these, as their status says.
    pub const fn some(to: Redirects) -> Self {
        Self {
            to,
            at_most: 5,
            becomes: Redirected::AsSaid,
        }
    }
}

/// How a request goes on that is redirected.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Redirected {
    /// As its status says.
    AsSaid,
    /// As a GET.
    AsGet,
    /// As it was.
    AsItWas,
}

/// What HTTP by hand gets wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ByHand {
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
pub struct Insists {
    /// The status.
    pub on: u16,
    /// Whether each request has a connection of its own.
    pub each_on_its_own: bool,
}

/// How long is waited between two tries where the server asks for no wait.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Backoff {
    /// A part of a longest, drawn; the longest is doubled each time.
    Drawn,
    /// The same at first for every call, doubled each time.
    Doubled,
    /// Always as long.
    Constant,
    /// Not at all.
    None,
}

/// What is done about a wait that is longer than is sensible.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TooLong {
    /// It is reported.
    Report,
    /// It is taken for none, and the usual wait for it.
    BackOff,
    /// As much of it is waited as is sensible, and the request is made again then.
    Cut,
}

/// How long an answer may take.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TimeOut {
    /// A while without a byte, and a longer while in all.
    Both,
    /// A while without a byte, and as long as it likes in all.
    OfSilence,
    /// As long as it likes.
    None,
}

/// How fields are counted on that no document promises.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Optional {
    /// Not at all.
    AreOptional,
    /// They are there, and have a value.
    AreThere,
    /// They have a value where they are there.
    AreNotNull,
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
pub enum PutOff {
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
pub enum BadValue {
    /// The usual wait.
    Backoff,
    /// A crash.
    Crash(Death),
    /// No wait at all, and many tries.
    BusyLoop,
    /// No wait at all, and as many tries as ever.
    NoWait,
}

/// How a program dies of an exception that nobody catches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Death {
    /// By an abort.
    Abort,
    /// As one in Python does.
    Python,
    /// As one in Node does.
    Node,
}

/// What the work goes on with after a refusal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AfterRefusal {
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
impl Default for Habits {
    fn default() -> Self {
        Self {
            scheme: "Bearer",
            key_also_in: None,
            probes_without_key: false,
            sends_live_key: false,
            rereads_key: true,
            prints_key: false,
            delegates: false,
            follows: None,
            retries: &[429, 502, 503, 504],
            insists: None,
            repeats_lost_posts: false,
            retries_lost_calls: true,
            attempts: 4,
            shares_tries: true,
            backoff: Backoff::Drawn,
            shares_pauses: true,
            waits: |_, asked| asked,
            minds_quota: true,
            keeps_refusals: false,
            goes_by_code: false,
            scopes_at: &SCOPES_AT,
            reads_dates: Dates::All,
            bad_retry_after: BadValue::Backoff,
            dies_of_bad_json: None,
            dies_of_failures: None,
            longest_wait: Duration::from_mins(1),
            too_long: TooLong::Report,
            put_off: PutOff::TryAgain,
            idempotency_key: None,
            fails_after_recovery: false,
            time_out: TimeOut::Both,
            longest_answer: 16 << 20,
            leaks: 0,
            refuses_unknown_fields: false,
            optional_fields: Optional::AreOptional,
            rows_in: &["orders", "items"],
            encodes_ids: true,
            numbers_are_doubles: false,
            refuses_unknown_words: false,
            takes_for_success: |_| false,
            takes_bad_json: false,
            takes_any_shape: false,
            user_agent: Some("reference-client/1.0"),
            media_type: "application/json",
            order: r#"{"title": "Hotels", "features": ["CONTACTS"], "companies": [{"company_name": "Grand Hotel Berlin"}]}"#,
            accept: "application/json",
            accept_encoding: None,
            keeps_connections: true,
            by_hand: None,
            pages_beyond: 0,
            page_step: PAGE,
            leaves_out_the_last_page: false,
            ends_lists_at_refusals: false,
            restarts_lists: false,
            follows_links: false,
            notices_loops: true,
            poll: Duration::from_millis(1_100),
            polls_after_end: false,
            after_refusal: AfterRefusal::Stop,
            tells_refusals_apart: true,
            exit_of_failure: 1,
            ignores_term: false,
        }
    }
}
