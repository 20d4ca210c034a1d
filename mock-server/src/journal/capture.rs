//! What the journal keeps of a request and its response besides their entry: headers and bodies, and what was sent
//! where a fault changed the response.
//!
//! Credentials are masked before anything is kept. A body without any is kept by reference, so that the request does
//! not pay for a copy.

mod body;
mod headers;
mod json;
pub(crate) mod masking;
mod own_key;

use std::sync::Arc;

use http::{StatusCode, Version};

pub(crate) use self::{
    body::{Absent, CapturedBody, KeptBody},
    headers::{CapturedHeader, CapturedHeaders},
    own_key::OwnKey,
};

/// The headers and bodies of a request and its response.
#[derive(Debug)]
pub(crate) struct Capture {
    /// The version of HTTP.
    pub version: Version,
    /// The request.
    pub request: CapturedMessage,
    /// The response as the server made it; `None` if the client disconnected before.
    pub response: Option<CapturedResponse>,
    /// What was sent instead, if faults changed the response.
    pub on_the_wire: Option<OnTheWire>,
}

/// The headers and the body of a request or a response.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct CapturedMessage {
    /// The headers.
    pub headers: CapturedHeaders,
    /// The body.
    pub body: CapturedBody,
}

/// A response. Its `X-Request-Id` is the id of the entry, and not among its headers.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct CapturedResponse {
    /// The status.
    pub status: StatusCode,
    /// Headers and body.
    pub message: CapturedMessage,
}

/// What faults made of a response.
#[derive(Debug)]
pub(crate) struct OnTheWire {
    /// The response that they left.
    pub response: CapturedResponse,
    /// Number of spaces that follow its body.
    pub spaces: u64,
    /// What happens to its bytes, if they are not sent as they are.
    pub transfer: Option<Box<str>>,
    /// Whether the client can nevertheless receive the whole response, and nothing else.
    pub whole: bool,
    /// The bytes that are sent before or instead of it.
    pub raw: Option<CapturedBody>,
}

/// What is kept for an entry.
#[derive(Clone, Debug)]
pub(crate) enum Captured {
    /// Nothing: the server does not capture.
    Off,
    /// Nothing any more, or nothing at all: there was no room.
    Dropped,
    /// Headers, and bodies if they are captured.
    Kept(Arc<Capture>),
}

impl Captured {
    /// Whether something is kept, in one word.
    pub(crate) fn state(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Dropped => "dropped",
            Self::Kept(_) => "kept",
        }
    }

    /// The capture, if it is kept.
    pub(crate) fn kept(&self) -> Option<&Arc<Capture>> {
        match self {
            Self::Kept(capture) => Some(capture),
            Self::Off | Self::Dropped => None,
        }
    }
}

impl Capture {
    /// Masks the key of the request in it.
    pub(crate) fn mask(&mut self, own: &OwnKey<'_>) {
        self.request.mask(own);
        if let Some(response) = &mut self.response {
            response.message.mask(own);
        }
        if let Some(sent) = &mut self.on_the_wire {
            sent.response.message.mask(own);
            if let Some(raw) = &mut sent.raw {
                raw.mask(own);
            }
        }
    }

    /// Bytes of memory that the capture uses.
    pub(crate) fn weight(&self) -> usize {
        let response = |response: &CapturedResponse| response.message.weight();
        let sent = |sent: &OnTheWire| {
            let transfer = sent.transfer.as_ref().map_or(0, |text| text.len());
            let raw = sent.raw.as_ref().map_or(0, CapturedBody::weight);
            response(&sent.response) + transfer + raw
        };
        size_of::<Self>()
            + self.request.weight()
            + self.response.as_ref().map_or(0, response)
            + self.on_the_wire.as_ref().map_or(0, sent)
    }
}

impl CapturedMessage {
    fn mask(&mut self, own: &OwnKey<'_>) {
        self.headers.mask(own);
        self.body.mask(own);
    }

    fn weight(&self) -> usize {
        self.headers.weight() + self.body.weight()
    }
}
