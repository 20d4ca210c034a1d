//! The explanation of a request, as the control API returns it.
//!
//! The page reads the same document that programs get, so the two cannot differ.

use scenarios::Destination;
use schemas::{ErrorCode, Operation, operations};
use serde::Deserialize;
use serde_json::Value;

use super::super::components::Arrival;

#[derive(Debug, Deserialize)]
pub(super) struct Explained {
    pub(super) id: String,
    pub(super) organization: Option<String>,
    /// Its number in the journal.
    pub(super) sequence: u64,
    pub(super) at: String,
    pub(super) request: Request,
    pub(super) key: Option<Credential>,
    pub(super) token: Option<Credential>,
    pub(super) scopes: Scopes,
    pub(super) rate_limit: Option<RateLimit>,
    pub(super) faults: Vec<Fault>,
    pub(super) near_misses: Vec<NearMiss>,
    pub(super) validation_errors: Vec<FieldError>,
    pub(super) validation_errors_total: usize,
    pub(super) steps: Vec<Step>,
    /// Whether headers and bodies are kept: `kept`, `dropped` or `off`.
    pub(super) capture: Option<String>,
    pub(super) response: Option<Message>,
    pub(super) on_the_wire: Option<OnTheWire>,
    pub(super) answer: Answer,
}

#[derive(Debug, Deserialize)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) operation: Option<String>,
    pub(super) endpoint: Option<String>,
    #[serde(flatten)]
    pub(super) message: Message,
}

/// The headers and the body of a request or a response, if they are kept.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Message {
    pub(super) headers: Option<Vec<Header>>,
    pub(super) body: Option<Body>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) masked: bool,
}

/// A body, or why it is absent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Body {
    pub(super) absent: Option<String>,
    pub(super) text: Option<String>,
    pub(super) encoding: Option<String>,
    pub(super) size: u64,
    pub(super) masked: bool,
    pub(super) cut: bool,
}

/// What faults made of the response.
#[derive(Debug, Deserialize)]
pub(super) struct OnTheWire {
    #[serde(flatten)]
    pub(super) message: Message,
    pub(super) status: Option<u16>,
    pub(super) spaces_after_body: Option<u64>,
    pub(super) whole: bool,
    pub(super) transfer: Option<String>,
    pub(super) raw: Option<Body>,
}

/// A key or a token.
#[derive(Debug, Deserialize)]
pub(super) struct Credential {
    pub(super) id: String,
    pub(super) key: Option<String>,
    pub(super) name: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) state: String,
    pub(super) tier: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Scopes {
    pub(super) needed: Vec<String>,
    pub(super) held: Option<Vec<String>>,
    pub(super) missing: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RateLimit {
    pub(super) tier: String,
    pub(super) admitted: bool,
    pub(super) policies: Vec<Policy>,
}

/// One of the limits of a tier.
#[derive(Debug, Deserialize)]
pub(super) struct Policy {
    pub(super) limit: u32,
    pub(super) window_seconds: i64,
    pub(super) before: Left,
    pub(super) after: Left,
    /// Whether this is the limit that the response's headers are about.
    pub(super) speaks: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Left {
    pub(super) remaining: u32,
    pub(super) reset: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Fault {
    pub(super) id: String,
    /// The name of the scenario, if one asked for it.
    pub(super) scenario: Option<String>,
    pub(super) rule: Option<usize>,
    pub(super) count: Option<u64>,
    pub(super) seed: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct NearMiss {
    pub(super) method: String,
    pub(super) path: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct FieldError {
    pub(super) field: String,
    pub(super) error: String,
    pub(super) provided: Value,
}

#[derive(Debug, Deserialize)]
pub(super) struct Step {
    pub(super) step: String,
    pub(super) decision: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    pub(super) status: Option<u16>,
    pub(super) aborted: bool,
    pub(super) cut: bool,
    pub(super) code: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) duration_us: u64,
}

impl Explained {
    /// How much of the response arrives.
    pub(super) fn arrival(&self) -> Arrival {
        Arrival::new(self.answer.aborted, self.answer.cut)
    }

    /// The operation or endpoint, if there is one.
    pub(super) fn destination(&self) -> Option<Destination> {
        let (operation, endpoint) = (&self.request.operation, &self.request.endpoint);
        let is_named = |known: &&Operation| Some(known.id.as_str()) == operation.as_deref();
        let operation = operations::all().find(is_named);
        let operation = operation.map(|operation| Destination::Operation(operation.id));
        let endpoint = || Some(Destination::Endpoint(endpoint.as_ref()?.parse().ok()?));
        operation.or_else(endpoint)
    }

    /// Whether a fault ended the request: the server itself found nothing wrong.
    pub(super) fn was_ended_by_fault(&self) -> bool {
        let is_refused = self.steps.last().is_some_and(Step::is_end);
        is_refused && self.answer.code.is_none() && !self.faults.is_empty()
    }
}

impl Step {
    /// Whether the request ended at this step with an error.
    pub(super) fn is_end(&self) -> bool {
        ["refused", "aborted"].contains(&&*self.decision)
    }
}

impl Answer {
    /// The error code of the response.
    pub(super) fn error_code(&self) -> Option<ErrorCode> {
        self.code.as_ref()?.parse().ok()
    }
}
