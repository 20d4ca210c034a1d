//! What a fault does, and what it knows of the request it meets.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use schemas::{Entity, documents::Document};

use crate::{
    applies::Applies,
    chance::Chance,
    destination::Endpoint,
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// What a fault knows of the request it meets.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The time on the organization's clock.
    pub now: Timestamp,
    /// The `Host` of the request.
    pub host: &'a str,
    /// Its path and query.
    pub target: &'a str,
    /// The endpoint of the authorization server that it is addressed to, where it is not one of the API.
    pub endpoint: Option<Endpoint>,
    /// What kind of object it is about, and the id of it, where it is about one.
    pub about: Option<(Entity, &'a str)>,
    /// The body of its success, where it has one.
    pub response: Option<Document>,
    /// The body that the same request got first, where somebody remembers it.
    pub first: Option<&'a Bytes>,
}

/// What kind of thing a fault does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FaultKind {
    /// It lets time pass.
    Wait,
    /// It changes the query before the request is done.
    Query,
    /// It answers in place of the server, as a proxy that stands in front and does not know its keys.
    Front,
    /// It answers in place of the server.
    Answer,
    /// It changes what the server answers.
    Edit,
    /// It changes how the response's bytes go out.
    Wire,
    /// It changes how the request's bytes come in.
    Request,
}

/// What a fault does. Each has one of these that is more than nothing, the one its kind says.
pub(super) trait Behaviour {
    /// What kind of thing it does.
    const KIND: FaultKind;
    /// What a connection must speak for it.
    const PROTOCOL: Protocol = Protocol::Any;
    /// Where it applies.
    const APPLIES: Applies = Applies::Everywhere;
    /// Whether it needs to know the first response to the same request.
    const REMEMBERS: bool = false;
    /// How a request asks for it, in the variants that clients tell apart: what follows its id in `X-Mock-Fault`.
    const EXAMPLES: &[&str] = &[""];

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

    /// Spoils a response.
    fn edit(&self, _: &mut FaultResponse, _: Context<'_>) {}

    /// What becomes of the bytes of a response.
    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        None
    }

    /// What becomes of the bytes of the request.
    fn request(&self) -> Option<WireFault> {
        None
    }
}
