//! Every fault there is: one file each, with its parameters and what one sees of it.
//!
//! A fault is pure: it says what becomes of a call, an answer, or its bytes, and the server does so.

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

use bytes::Bytes;
use jiff::Timestamp;
use schemars::JsonSchema;
use schemas::{Entity, documents::Document};
use serde::{Deserialize, Serialize};
use strum::VariantNames;

use crate::{
    applies::Applies,
    chance::Chance,
    phase::Phase,
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// What a fault knows of the call it meets.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The time on the organization's clock.
    pub now: Timestamp,
    /// The `Host` of the call.
    pub host: &'a str,
    /// Its path and query.
    pub target: &'a str,
    /// What kind of object it is about, and the id of it, where it is about one.
    pub about: Option<(Entity, &'a str)>,
    /// The body of its success, where it has one.
    pub response: Option<Document>,
    /// The body that the same call got first, where somebody remembers it.
    pub first: Option<&'a Bytes>,
}

/// What kind of thing a fault does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FaultKind {
    /// It lets time pass.
    Wait,
    /// It changes the query before the call is done.
    Query,
    /// It answers in place of the server, as a proxy that stands in front and does not know its keys.
    Front,
    /// It answers in place of the server.
    Answer,
    /// It spoils what the server answers.
    Edit,
    /// It spoils how the answer's bytes go out.
    Wire,
    /// It spoils how the request's bytes come in.
    Request,
}

/// What a fault does. Each has one of these that is more than nothing, the one its kind says.
trait Behaviour {
    /// What kind of thing it does.
    const KIND: FaultKind;
    /// What a connection must speak for it.
    const PROTOCOL: Protocol = Protocol::Any;
    /// Where it applies.
    const APPLIES: Applies = Applies::Everywhere;
    /// Whether it needs to know the first response to the same request.
    const REMEMBERS: bool = false;

    /// What is wrong with its parameters, if something is.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// How long to wait, for real.
    fn wait(&self, _: &mut Chance) -> Duration {
        Duration::ZERO
    }

    /// The query to go on with.
    fn query(&self, query: &str) -> String {
        query.to_owned()
    }

    /// What to answer.
    fn respond(&self, _: Context<'_>) -> Option<FaultResponse> {
        None
    }

    /// Spoils an answer.
    fn edit(&self, _: &mut FaultResponse, _: Context<'_>) {}

    /// What becomes of the bytes of an answer.
    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        None
    }

    /// What becomes of the bytes of the request.
    fn request(&self) -> Option<WireFault> {
        None
    }
}

/// Makes the enum and everything that goes through all faults from one list.
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
                concat!($($definition),+).trim_ascii(),
            )),+];
            Fault::VARIANTS.iter().zip(facts).map(|(id, (kind, protocol, applies, definition))| FaultFacts {
                id,
                kind,
                protocol,
                applies,
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

            /// What a connection must speak for it.
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

            fn own_check(&self) -> Result<(), String> {
                match self {
                    $(Self::$name(fault) => fault.check(),)+
                }
            }

            /// How long to wait, for real.
            pub fn wait(&self, chance: &mut Chance) -> Duration {
                match self {
                    $(Self::$name(fault) => fault.wait(chance),)+
                }
            }

            /// The query to go on with.
            pub fn query(&self, query: &str) -> String {
                match self {
                    $(Self::$name(fault) => fault.query(query),)+
                }
            }

            /// What to answer in place of the server.
            pub fn respond(&self, context: Context<'_>) -> Option<FaultResponse> {
                match self {
                    $(Self::$name(fault) => fault.respond(context),)+
                }
            }

            /// Spoils an answer, if it applies to it.
            pub fn edit(&self, response: &mut FaultResponse, context: Context<'_>) {
                if !self.applies().to_response(response) {
                    return;
                }
                match self {
                    $(Self::$name(fault) => fault.edit(response, context),)+
                }
            }

            /// What becomes of the bytes of an answer, if it applies to it.
            pub fn wire(&self, response: &FaultResponse) -> Option<WireFault> {
                if !self.applies().to_response(response) {
                    return None;
                }
                match self {
                    $(Self::$name(fault) => fault.wire(response),)+
                }
            }

            /// What becomes of the bytes of the request.
            pub fn request(&self) -> Option<WireFault> {
                match self {
                    $(Self::$name(fault) => fault.request(),)+
                }
            }
        }
    };
}

/// What is known of a fault.
#[derive(Clone, Copy, Debug)]
pub struct FaultFacts {
    /// Its id, such as `rate_limit`.
    pub id: &'static str,
    /// What kind of thing it does.
    pub kind: FaultKind,
    /// What a connection must speak for it.
    pub protocol: Protocol,
    /// Where it applies.
    pub applies: Applies,
    /// What one sees of it.
    pub definition: &'static str,
}

faults! {
    /// The answer begins so much later, by a constant or a distribution.
    Latency: latency::Latency,
    /// Nothing is ever answered; the connection stays open.
    Hang: hang::Hang,

    /// Pages of a list drift, loop, or have as many rows as they like.
    Paging: paging::Paging,

    /// An error with a status, in the contract's shape.
    Error: error::Error,
    /// 429 with every kind of `Retry-After`, good and bad.
    RateLimit: rate_limit::RateLimit,
    /// An HTML or text page of a proxy that stands in front.
    Gateway: gateway::Gateway,
    /// A redirect: in a loop, to another host, port or scheme, to the path with a slash, without a place to go.
    Redirect: redirect::Redirect,
    /// A status, and no body at all.
    Empty: empty::Empty,

    /// Fields of the JSON are set or removed, or it is changed by a JSON Patch.
    Json: json::Json,
    /// Every number is text, has a fraction, or is larger than a double can be.
    Numbers: numbers::Numbers,
    /// Every text that people read is decomposed, 64 KiB long, not only letters, or none.
    Texts: texts::Texts,
    /// Every date has another form: without a zone, as a number, a day that is none.
    Dates: dates::Dates,
    /// Every id has another form, which the server does not know it by.
    Ids: ids::Ids,
    /// Every field has its name in another case.
    Names: names::Names,
    /// Every field that the contract lets be `null`, or missing, or only assumes, is `null`, or missing.
    Optional: optional::Optional,
    /// The rows of a list are missing, too few or there twice, or `total` is wrong.
    List: list::List,
    /// An error has another shape: without its code, in German, as a problem of RFC 9457.
    ErrorShape: error_shape::ErrorShape,
    /// The body is something else than the JSON it should be.
    Body: body::Body,
    /// The body goes on with so many MiB of spaces.
    Big: big::Big,
    /// The body is the one that the same call got first while the scenario was on.
    Stale: stale::Stale,
    /// The body ends early, and `Content-Length` agrees.
    Truncate: truncate::Truncate,
    /// Headers are set, added or removed.
    Headers: headers::Headers,
    /// The rate-limit headers are missing or wrong.
    RateHeaders: rate_headers::RateHeaders,
    /// The answer says that it is a day old, that anybody may keep it, or that it is the same as ever.
    Cache: cache::Cache,
    /// The status is another; headers and body stay.
    Status: status::Status,
    /// The media type is another, missing, or there twice.
    ContentType: content_type::ContentType,
    /// The body is compressed though nobody asked, twice, broken, to a bomb, or is only said to be.
    Encoding: encoding::Encoding,
    /// `Date` is wrong by so much, and the rate limit's reset, if wanted.
    ClockSkew: clock_skew::ClockSkew,

    /// The connection is reset after so many bytes of the answer.
    Reset: reset::Reset,
    /// The connection is closed after so many bytes of the answer; after none, that is an empty reply.
    Close: close::Close,
    /// Nothing more comes after so many bytes of the answer; the connection stays open.
    Stall: stall::Stall,
    /// So many bytes at a time with a pause after each, or so many in a second, headers included.
    Drip: drip::Drip,
    /// The server stops sending after so many bytes, or the whole answer, and still reads.
    HalfClose: half_close::HalfClose,
    /// HTTP/1.1: the answer says that the connection is closed, and it is, so much later.
    Linger: linger::Linger,
    /// The request is taken in so many bytes at a time, with a pause after each.
    SlowRead: slow_read::SlowRead,
    /// HTTP/1.1: `Expect: 100-continue` is never answered, or refused with 417.
    Expect: expect::Expect,

    /// HTTP/1.1: `Content-Length` is too long, too short, there twice, or beside `Transfer-Encoding`.
    ContentLength: content_length::ContentLength,
    /// HTTP/1.1: the chunks of the body are broken off, or have a size that is none.
    Chunks: chunks::Chunks,
    /// HTTP/1.1: header fields come after the body, announced or not, or such as must not come there.
    Trailers: trailers::Trailers,
    /// HTTP/1.1: the status line is none.
    StatusLine: status_line::StatusLine,
    /// HTTP/1.1: lines end with LF alone, a value goes on in the next line, or has a NUL.
    HeaderLines: header_lines::HeaderLines,
    /// HTTP/1.1: informational answers (1xx) come before the answer, unasked.
    EarlyHints: early_hints::EarlyHints,
    /// HTTP/1.1: a 204 or 304 comes with a body, or with `status=200` the answer to a `HEAD`.
    BodyWhereNone: body_where_none::BodyWhereNone,
    /// HTTP/1.1: all is well, until the next request on that connection is met with a reset.
    KeepAliveRace: keep_alive_race::KeepAliveRace,
    /// HTTP/1.1: all is well, and then the connection is closed without a word of it.
    IdleClose: idle_close::IdleClose,

    /// HTTP/2: the connection ends with `GOAWAY`: in good order after the answer, or at once without one.
    Goaway: goaway::Goaway,
    /// HTTP/2: the stream is reset, before the headers or after so many bytes of the body.
    StreamReset: stream_reset::StreamReset,
    /// HTTP/2: the stream stops after so many bytes of the body; the connection goes on.
    StreamStall: stream_stall::StreamStall,
    /// HTTP/2: so many `PING` or `SETTINGS` frames come before the answer.
    Flood: flood::Flood,
    /// HTTP/2: from now on, no `PING` of the client's is answered.
    NoPong: no_pong::NoPong,
}

impl Fault {
    /// Its id, such as `rate_limit`.
    pub fn id(&self) -> &'static str {
        self.into()
    }

    /// How far a call comes that it meets, where nobody says otherwise.
    pub fn default_phase(&self) -> Phase {
        match self.kind() {
            FaultKind::Front | FaultKind::Request => Phase::BeforeAuth,
            FaultKind::Wait | FaultKind::Query | FaultKind::Answer => Phase::BeforeHandler,
            FaultKind::Edit | FaultKind::Wire => Phase::AfterHandler,
        }
    }

    /// What is wrong with it in a rule with this phase.
    pub(crate) fn check(&self, phase: Option<Phase>) -> Result<(), String> {
        let too_early = phase.is_some_and(|phase| phase < Phase::AfterHandler);
        match self.kind() {
            FaultKind::Edit if too_early => {
                Err("it spoils an answer, so the only phase for it is after_handler".to_owned())
            }
            FaultKind::Query if phase.is_some_and(|phase| phase == Phase::AfterHandler) => {
                Err("it changes the query, so after_handler is too late for it".to_owned())
            }
            FaultKind::Request if phase.is_some_and(|phase| phase > Phase::BeforeAuth) => Err(
                "it spoils how the request comes in, so the only phase for it is before_auth"
                    .to_owned(),
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
