//! Every fault: one file each, with its parameters and its observable effect.
//!
//! A fault is pure: it computes what happens to a request, a response, or its bytes, and the server carries it out.

mod authorization_response;
mod behaviour;
mod big;
mod body;
mod body_where_none;
mod cache;
mod chunks;
mod clock_skew;
mod close;
mod content_length;
mod content_type;
mod dates;
mod drip;
mod early_hints;
mod empty;
mod encoding;
mod error;
mod error_shape;
#[cfg(test)]
mod example;
mod expect;
mod facts;
mod flood;
mod gateway;
mod goaway;
mod half_close;
mod hang;
mod header;
mod header_lines;
mod headers;
mod idle_close;
mod ids;
mod json;
mod keep_alive_race;
mod latency;
mod linger;
mod list;
mod names;
mod no_pong;
mod numbers;
mod optional;
mod paging;
mod rate_headers;
mod rate_limit;
mod redirect;
mod reset;
mod responses;
mod slow_read;
mod stale;
mod stall;
mod status;
mod status_line;
mod stream_reset;
mod stream_stall;
mod texts;
mod trailers;
mod truncate;
mod values;

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::VariantNames;

use self::behaviour::Behaviour;
pub use self::{
    behaviour::{Context, FaultKind},
    facts::FaultFacts,
};
use crate::{
    applies::Applies,
    chance::Chance,
    phase::Phase,
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// Generates the enum and everything that iterates over all faults from one list.
macro_rules! faults {
    ($($(#[doc = $definition:literal])+ $name:ident: $type:ty,)+) => {
        /// A fault with its parameters. Its name in snake case is its id.
        #[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize, strum::IntoStaticStr, strum::VariantNames)]
        #[serde(rename_all = "snake_case")]
        #[strum(serialize_all = "snake_case")]
        pub enum Fault {
            $($(#[doc = $definition])+ $name($type),)+
        }

        /// Every fault.
        pub fn all() -> impl Iterator<Item = FaultFacts> {
            let facts = [$((
                <$type as Behaviour>::KIND,
                <$type as Behaviour>::PROTOCOL,
                <$type as Behaviour>::APPLIES,
                <$type as Behaviour>::EXAMPLES,
                concat!($($definition),+).trim_ascii(),
            )),+];
            Fault::VARIANTS.iter().zip(facts).map(|(id, (kind, protocol, applies, examples, definition))| FaultFacts {
                id,
                kind,
                protocol,
                applies,
                examples,
                definition,
            })
        }

        impl Fault {
            /// What kind of thing it does.
            pub fn kind(&self) -> FaultKind {
                match self {
                    $(Self::$name(_) => <$type as Behaviour>::KIND,)+
                }
            }

            /// The protocol that a connection must use for it.
            pub fn protocol(&self) -> Protocol {
                match self {
                    $(Self::$name(_) => <$type as Behaviour>::PROTOCOL,)+
                }
            }

            /// Where it applies.
            pub fn applies(&self) -> Applies {
                match self {
                    $(Self::$name(_) => <$type as Behaviour>::APPLIES,)+
                }
            }

            /// Whether it needs to know the first response to the same request.
            pub fn remembers(&self) -> bool {
                match self {
                    $(Self::$name(_) => <$type as Behaviour>::REMEMBERS,)+
                }
            }

            /// Whether it can make a body many times as long.
            pub fn grows(&self) -> bool {
                match self {
                    $(Self::$name(fault) => fault.grows(),)+
                }
            }

            fn own_check(&self) -> Result<(), String> {
                match self {
                    $(Self::$name(fault) => fault.check(),)+
                }
            }

            /// How long to wait, in real time.
            pub fn wait(&self, chance: &mut Chance) -> Duration {
                match self {
                    $(Self::$name(fault) => fault.wait(chance),)+
                }
            }

            /// The query to continue with.
            pub fn query(&self, query: &str) -> String {
                match self {
                    $(Self::$name(fault) => fault.query(query),)+
                }
            }

            /// The response that replaces the server's.
            pub fn respond(&self, context: Context<'_>) -> Option<FaultResponse> {
                match self {
                    $(Self::$name(fault) => fault.respond(context),)+
                }
            }

            /// Changes a response, if it applies to it.
            pub fn edit(&self, response: &mut FaultResponse, context: Context<'_>) {
                if !self.applies().to_response(response) {
                    return;
                }
                match self {
                    $(Self::$name(fault) => fault.edit(response, context),)+
                }
            }

            /// What happens to the bytes of a response, if it applies to it.
            pub fn wire(&self, response: &FaultResponse) -> Option<WireFault> {
                if !self.applies().to_response(response) {
                    return None;
                }
                match self {
                    $(Self::$name(fault) => fault.wire(response),)+
                }
            }

            /// What happens to the bytes of the request.
            pub fn request(&self) -> Option<WireFault> {
                match self {
                    $(Self::$name(fault) => fault.request(),)+
                }
            }
        }
    };
}

faults! {
    /// The response is delayed, by a constant or a random distribution.
    Latency: latency::Latency,
    /// No response is ever sent; the connection stays open.
    Hang: hang::Hang,

    /// Pages of a list drift, repeat, or ignore the requested size.
    Paging: paging::Paging,

    /// An error with a given status, in the contract's shape; from the authorization server, in that of RFC 6749.
    Error: error::Error,
    /// 429 with any kind of `Retry-After`, valid or invalid.
    RateLimit: rate_limit::RateLimit,
    /// An HTML or text error page, as from a proxy in front of the server.
    Gateway: gateway::Gateway,
    /// A redirect: in a loop, to another host, port or scheme, to the path with a trailing slash, or without a `Location`.
    Redirect: redirect::Redirect,
    /// A status without a body.
    Empty: empty::Empty,

    /// Fields of the JSON body are set or removed, or it is changed by a JSON Patch.
    Json: json::Json,
    /// Every number is a string, has a fraction, or is too large for a double.
    Numbers: numbers::Numbers,
    /// Every human-readable string is decomposed, 64 KiB long, has other characters than letters, or is empty.
    Texts: texts::Texts,
    /// Every date has another format: without a time zone, as a number, or an impossible day.
    Dates: dates::Dates,
    /// Every id has another format, which the server does not accept back.
    Ids: ids::Ids,
    /// Every field name is in another case.
    Names: names::Names,
    /// Every optional, nullable or assumed field is `null` or missing.
    Optional: optional::Optional,
    /// The rows of a list are missing, incomplete or repeated, or `total` is wrong.
    List: list::List,
    /// An error has another shape: without its code, in German, or as problem details (RFC 9457).
    ErrorShape: error_shape::ErrorShape,
    /// The body is not the JSON that is expected.
    Body: body::Body,
    /// A given number of MiB of spaces follows the body.
    Big: big::Big,
    /// The body is the first one that the same request got while the scenario was active.
    Stale: stale::Stale,
    /// The body ends early, and `Content-Length` matches.
    Truncate: truncate::Truncate,
    /// Headers are set, added or removed.
    Headers: headers::Headers,
    /// The response claims to be a day old, cacheable by any cache, or not modified.
    Cache: cache::Cache,
    /// The rate-limit headers are missing or wrong.
    RateHeaders: rate_headers::RateHeaders,
    /// The redirect back to the client has a `state` that the client did not send, or the `iss` of another server.
    AuthorizationResponse: authorization_response::AuthorizationResponse,
    /// The status is replaced; headers and body stay.
    Status: status::Status,
    /// The media type is wrong, missing or given twice.
    ContentType: content_type::ContentType,
    /// The body is compressed although the client did not accept it, twice, incorrectly, as a bomb, or only by its header.
    Encoding: encoding::Encoding,
    /// `Date` is wrong by a given duration, and optionally the reset of the rate limit.
    ClockSkew: clock_skew::ClockSkew,

    /// The connection is reset after N bytes of the response.
    Reset: reset::Reset,
    /// The connection is closed after N bytes of the response; after 0, that is an empty reply.
    Close: close::Close,
    /// The response stops after N bytes; the connection stays open.
    Stall: stall::Stall,
    /// The response is sent N bytes at a time with pauses, or at N bytes per second, headers included.
    Drip: drip::Drip,
    /// The server stops sending after N bytes or after the whole response, but keeps reading.
    HalfClose: half_close::HalfClose,
    /// HTTP/1.1: the response announces that the connection closes, and it closes after a delay.
    Linger: linger::Linger,
    /// The request is read N bytes at a time, with pauses.
    SlowRead: slow_read::SlowRead,
    /// HTTP/1.1: `Expect: 100-continue` is never answered, or rejected with 417.
    Expect: expect::Expect,

    /// HTTP/1.1: `Content-Length` is too long, too short, given twice, or sent with `Transfer-Encoding`.
    ContentLength: content_length::ContentLength,
    /// HTTP/1.1: the chunked body breaks off, or has an invalid chunk size.
    Chunks: chunks::Chunks,
    /// HTTP/1.1: trailers follow the body: announced, unannounced, or not allowed as trailers.
    Trailers: trailers::Trailers,
    /// HTTP/1.1: the status line is invalid.
    StatusLine: status_line::StatusLine,
    /// HTTP/1.1: header lines end with a bare LF, are folded, or contain a NUL.
    HeaderLines: header_lines::HeaderLines,
    /// HTTP/1.1: unrequested informational responses (1xx) precede the response.
    EarlyHints: early_hints::EarlyHints,
    /// HTTP/1.1: a 204 or 304 has a body, or with `status=200` the response to a `HEAD`.
    BodyWhereNone: body_where_none::BodyWhereNone,
    /// HTTP/1.1: the response is correct, but the connection is reset when the next request arrives on it.
    KeepAliveRace: keep_alive_race::KeepAliveRace,
    /// HTTP/1.1: the response is correct, then the connection is closed, unannounced.
    IdleClose: idle_close::IdleClose,

    /// HTTP/2: the connection ends with `GOAWAY`: gracefully after the response, or at once without one.
    Goaway: goaway::Goaway,
    /// HTTP/2: the stream is reset, before the headers or after N bytes of the body.
    StreamReset: stream_reset::StreamReset,
    /// HTTP/2: the stream stops after N bytes of the body; the connection continues.
    StreamStall: stream_stall::StreamStall,
    /// HTTP/2: N `PING` or `SETTINGS` frames precede the response.
    Flood: flood::Flood,
    /// HTTP/2: from now on, the `PING`s of the client are not answered.
    NoPong: no_pong::NoPong,
}

impl Fault {
    /// Its id, such as `rate_limit`.
    pub fn id(&self) -> &'static str {
        self.into()
    }

    /// How far the server processes a request before the fault applies, unless the rule states a phase.
    pub fn default_phase(&self) -> Phase {
        match self.kind() {
            FaultKind::Front | FaultKind::Request => Phase::BeforeAuth,
            FaultKind::Wait | FaultKind::Query | FaultKind::Answer => Phase::BeforeHandler,
            FaultKind::Edit | FaultKind::Wire => Phase::AfterHandler,
        }
    }

    /// Checks it in a rule with this phase.
    pub(crate) fn check(&self, phase: Option<Phase>) -> Result<(), String> {
        let too_early = phase.is_some_and(|phase| phase < Phase::AfterHandler);
        match self.kind() {
            FaultKind::Edit if too_early => {
                Err("it changes a response, so its only phase is after_handler".to_owned())
            }
            FaultKind::Query if phase.is_some_and(|phase| phase == Phase::AfterHandler) => {
                Err("it changes the query, so after_handler is too late".to_owned())
            }
            FaultKind::Request if phase.is_some_and(|phase| phase > Phase::BeforeAuth) => Err(
                "it affects how the request arrives, so its only phase is before_auth".to_owned(),
            ),
            FaultKind::Wait
            | FaultKind::Query
            | FaultKind::Front
            | FaultKind::Answer
            | FaultKind::Edit
            | FaultKind::Wire
            | FaultKind::Request => self.own_check(),
        }
    }
}
