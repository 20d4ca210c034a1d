//! What a fault does, and the facts about the request that it applies to.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use schemas::{Entity, documents::Document, oauth::Endpoint};

use crate::{
    applies::Applies,
    chance::Chance,
    response::FaultResponse,
    wire_fault::{Protocol, WireFault},
};

/// The facts about the request that a fault applies to.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The time on the organization's clock.
    pub now: Timestamp,
    /// The `Host` of the request.
    pub host: &'a str,
    /// Its path and query.
    pub target: &'a str,
    /// The endpoint of the authorization server that it is sent to, if it is not a request to the API.
    pub endpoint: Option<Endpoint>,
    /// The kind and the id of the object it is about, if it is about one.
    pub about: Option<(Entity, &'a str)>,
    /// The body of its success, if it has one.
    pub response: Option<Document>,
    /// The first body that the same request received, if it was recorded.
    pub first: Option<&'a Bytes>,
}

/// The kind of effect that a fault has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FaultKind {
    /// It delays the request.
    Wait,
    /// It changes the query before the request is handled.
    Query,
    /// It responds in place of the server, like a proxy in front of the server that cannot verify keys.
    Front,
    /// It responds in place of the server.
    Answer,
    /// It changes the server's response.
    Edit,
    /// It changes how the bytes of the response are sent.
    Wire,
    /// It changes how the bytes of the request are received.
    Request,
}

/// What a fault does. Each fault overrides the method that corresponds to its kind.
pub(super) trait Behaviour {
    /// The kind of effect it has.
    const KIND: FaultKind;
    /// The protocol that a connection must use for it.
    const PROTOCOL: Protocol = Protocol::Any;
    /// Where it applies.
    const APPLIES: Applies = Applies::Everywhere;
    /// Whether it needs to know the first response to the same request.
    const REMEMBERS: bool = false;
    /// How a request asks for it, in the variants that clients can distinguish: the text after its id in `X-Mock-Fault`.
    const EXAMPLES: &[&str] = &[""];

    /// Checks its parameters.
    fn check(&self) -> Result<(), String> {
        Ok(())
    }

    /// Whether it can make a body many times as long.
    fn grows(&self) -> bool {
        false
    }

    /// How long to wait, in real time.
    fn wait(&self, _: &mut Chance) -> Duration {
        Duration::ZERO
    }

    /// The query to continue with.
    fn query(&self, query: &str) -> String {
        query.to_owned()
    }

    /// The response that replaces the server's.
    fn respond(&self, _: Context<'_>) -> Option<FaultResponse> {
        None
    }

    /// Changes a response.
    fn edit(&self, _: &mut FaultResponse, _: Context<'_>) {}

    /// What happens to the bytes of a response.
    fn wire(&self, _: &FaultResponse) -> Option<WireFault> {
        None
    }

    /// What happens to the bytes of the request.
    fn request(&self) -> Option<WireFault> {
        None
    }
}
