//! A request and its response, as the journal keeps them.

use std::{borrow::Cow, sync::Arc};

use http::{Method, StatusCode, Uri};
use jiff::Timestamp;
use schemas::{ErrorCode, OperationId, error::FieldError, key::redact, oauth::Endpoint};
use serde::Serialize;
use serde_json::{Value, json};
use strum::VariantArray;

use crate::{
    clock::rfc3339,
    journal::{Captured, CredentialRejection, CredentialUse, OwnKey, RequestId, masking},
    keys::Decision,
};

/// Maximum number of bytes of a request target that are kept.
const TARGET_LENGTH: usize = 512;
/// Maximum number of bytes of a method that are kept.
const METHOD_LENGTH: usize = 32;

/// The steps of the pipeline, in order.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd, Serialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// The request has exactly one `Host`.
    #[default]
    Framing,
    /// An operation has this path and method.
    Route,
    /// The key or token is valid.
    Authentication,
    /// The quota is not used up.
    RateLimit,
    /// The credential has the scopes that the operation needs.
    Scope,
    /// The body is declared as JSON, is valid JSON, and is not too large.
    Body,
    /// The operation itself: validation, lookup, state.
    Handler,
}

/// A request and its response.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// When the request arrived, on the organization's clock.
    pub at: Timestamp,
    /// The method, masked and cut like the target.
    pub method: Cow<'static, str>,
    /// The path and query. Anything that could be a key is masked.
    pub target: Box<str>,
    /// The key or token, valid or not.
    pub credential: Option<CredentialUse>,
    /// The requested operation.
    pub operation: Option<OperationId>,
    /// The endpoint of the authorization server, if the request was sent to one.
    pub endpoint: Option<Endpoint>,
    /// The decision of the rate limiter.
    pub rate: Option<Decision>,
    /// The decision of every policy, if the tier has several.
    pub policies: Option<Box<[Decision]>>,
    /// The step where the request ended.
    pub reached: Step,
    /// Why the request ended there; `None` if it succeeded.
    pub rejection: Option<Box<Rejection>>,
    /// The status of the response; `None` if there was no response.
    pub status: Option<StatusCode>,
    /// The error code of the response.
    pub code: Option<ErrorCode>,
    /// Whether the client disconnected before the response was sent.
    pub aborted: bool,
    /// Whether a fault kept the client from receiving the whole response.
    pub is_cut: bool,
    /// The faults that were applied.
    #[expect(
        clippy::box_collection,
        reason = "an entry is small, and hardly any has some"
    )]
    pub faults: Option<Box<Vec<AppliedFault>>>,
    /// How long the response took on the organization's clock, in microseconds; 0 on a frozen one.
    pub duration_us: u64,
    /// Headers and bodies.
    pub capture: Captured,
}

impl Entry {
    /// Bytes of memory that the entry uses.
    pub(super) fn weight(&self) -> usize {
        let texts = |errors: &[FieldError]| {
            let each = errors.iter();
            each.map(|error| {
                size_of::<FieldError>() + error.field.len() + error.error.len() + PROVIDED
            })
            .sum::<usize>()
        };
        let rejection = self.rejection.as_ref().map_or(0, |rejection| {
            size_of::<Rejection>() + rejection.reason.len() + texts(&rejection.errors)
        });
        let faults = self.faults.iter().flat_map(|faults| faults.iter());
        // A name is shared, but may outlive its scenario.
        let fault = |fault: &AppliedFault| {
            size_of::<AppliedFault>() + fault.scenario.as_ref().map_or(0, |name| name.len())
        };
        let policies = self.policies.as_ref();
        size_of::<Self>()
            + self.target.len()
            + rejection
            + faults.map(fault).sum::<usize>()
            + policies.map_or(0, |policies| size_of_val(&**policies))
    }
}

/// Maximum number of bytes of an error's `provided` value, which is cut.
const PROVIDED: usize = 256;

/// A fault that was applied to a request.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AppliedFault {
    /// The id of the fault.
    pub id: &'static str,
    /// The name of the scenario; `None` if the request itself asked for the fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenario: Option<Arc<str>>,
    /// The number of the matching rule in the scenario, from 1; `None` if the request itself asked for the fault.
    pub rule: Option<usize>,
    /// The number of the request among those that the rule considered, from 1.
    pub count: Option<u64>,
}

/// Why a request was rejected.
#[derive(Clone, Debug)]
pub(crate) struct Rejection {
    /// The reason, in words.
    pub reason: Box<str>,
    /// Why the credential is invalid, if it is.
    pub invalid: Option<CredentialRejection>,
    /// The first errors of the request.
    pub errors: Vec<FieldError>,
    /// Number of errors.
    pub broken: usize,
}

impl Rejection {
    /// Masks the key of the request.
    pub(crate) fn mask(&mut self, own: &OwnKey<'_>) {
        if let Cow::Owned(reason) = own.redact(&self.reason) {
            self.reason = reason.into();
        }
        for error in &mut self.errors {
            for text in [&mut error.field, &mut error.error] {
                if let Cow::Owned(shown) = own.redact(text) {
                    *text = shown;
                }
            }
            let provided = error.provided.to_string();
            if matches!(own.redact(&provided), Cow::Owned(_)) {
                error.provided = Value::from("…");
            }
        }
    }

    /// A rejection with a reason only.
    pub(crate) fn plain(reason: &str) -> Self {
        Self {
            reason: reason.into(),
            invalid: None,
            errors: Vec::new(),
            broken: 0,
        }
    }
}

impl Entry {
    /// The target in the form that may be kept.
    pub(crate) fn shown_target(target: &str, own: &OwnKey<'_>) -> Box<str> {
        shown(&own.redact(&masking::target(target)), TARGET_LENGTH)
    }

    /// The target of a request to the authorization server in the form that may be kept.
    pub(crate) fn shown_endpoint_target(uri: &Uri, is_client: impl Fn(&str) -> bool) -> Box<str> {
        let Some(query) = uri.query() else {
            return shown(&masking::target(uri.path()), TARGET_LENGTH);
        };
        let query = masking::parameters(query, is_client);
        let target = format!("{}?{query}", uri.path());
        shown(&masking::target(&target), TARGET_LENGTH)
    }

    /// The method in the form that may be kept, because a client can send any text.
    pub(crate) fn shown_method(method: &Method) -> Cow<'static, str> {
        match *method {
            Method::GET => "GET".into(),
            Method::HEAD => "HEAD".into(),
            Method::POST => "POST".into(),
            ref other => shown(&redact(other.as_str()), METHOD_LENGTH)
                .into_string()
                .into(),
        }
    }

    /// Why the credential is invalid, if it is.
    pub(crate) fn invalid(&self) -> Option<CredentialRejection> {
        self.rejection.as_ref()?.invalid
    }

    /// The path of the target.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The entry as JSON, with its id and number.
    pub(super) fn to_json(&self, id: RequestId, sequence: u64) -> Value {
        let mut entry = json!({
            "id": id.to_string(),
            "sequence": sequence,
            "at": rfc3339(self.at),
            "method": self.method,
            "target": self.target,
            "operation": self.operation.map(OperationId::as_str),
            "credential": self.credential.as_ref().map(CredentialUse::kind),
            "key": self.credential.as_ref().and_then(CredentialUse::masked_key),
            "subject": self.credential.as_ref().and_then(CredentialUse::subject),
            "steps": self.steps(),
            "status": self.status(),
            "code": self.code,
            "duration_us": self.duration_us,
        });
        if let Some(endpoint) = self.endpoint {
            entry["endpoint"] = json!(endpoint);
        }
        if self.aborted {
            entry["aborted"] = true.into();
        }
        if let Some(faults) = &self.faults {
            entry["faults"] = json!(faults);
        }
        if matches!(self.capture, Captured::Dropped) {
            entry["capture"] = "dropped".into();
        }
        entry
    }

    /// The entry as JSON, with its headers and bodies.
    pub(crate) fn to_full_json(&self, id: RequestId, sequence: u64) -> Value {
        let mut entry = self.to_json(id, sequence);
        if let Captured::Kept(capture) = &self.capture {
            capture.describe(id, &mut entry);
        }
        entry
    }

    /// The status of the response as a number.
    pub(crate) fn status(&self) -> Option<u16> {
        self.status.map(|status| status.as_u16())
    }

    /// The decisions of all steps up to the one where the request ended.
    pub(crate) fn steps(&self) -> Vec<Value> {
        Step::VARIANTS
            .iter()
            .filter(|step| **step <= self.reached && self.has(**step))
            .map(|step| self.decision(*step))
            .collect()
    }

    /// Whether the request passes through a step. Requests to the authorization server skip the steps about keys
    /// and operations.
    fn has(&self, step: Step) -> bool {
        let of_all = matches!(step, Step::Framing | Step::Route | Step::Handler);
        self.endpoint.is_none() || of_all
    }

    fn decision(&self, step: Step) -> Value {
        let refused = self.rejection.as_ref().filter(|_| step == self.reached);
        let decided = match refused {
            None => passed(step),
            Some(_) if self.status.is_none() => "aborted",
            Some(_) => "refused",
        };
        let mut decision = json!({"step": step, "decision": decided});
        if let Some(rejection) = refused {
            decision["reason"] = json!(rejection.reason);
        }
        match (step, self.rate) {
            (Step::Route, _) if self.endpoint.is_some() => {
                decision["endpoint"] = json!(self.endpoint);
            }
            (Step::Route, _) => {
                decision["operation"] = json!(self.operation.map(OperationId::as_str));
            }
            (Step::RateLimit, Some(rate)) => {
                decision["limit"] = rate.limit.into();
                decision["remaining"] = rate.remaining.into();
                decision["reset"] = rate.reset.into();
            }
            _ => {}
        }
        decision
    }
}

fn passed(step: Step) -> &'static str {
    match step {
        Step::Framing => "well_formed",
        Step::Route => "found",
        Step::Authentication => "active",
        Step::RateLimit => "admitted",
        Step::Scope => "granted",
        Step::Body => "accepted",
        Step::Handler => "answered",
    }
}

/// A masked text of the client, cut to a maximum length. It is masked before it is cut, so that the cut cannot leave
/// part of a key unmasked.
fn shown(masked: &str, length: usize) -> Box<str> {
    if masked.len() <= length {
        return masked.into();
    }
    let end = masked.floor_char_boundary(length);
    format!("{}…", &masked[..end]).into()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::journal::RequestIds;

    /// A request without a key.
    pub(in crate::journal) fn entry() -> Entry {
        Entry {
            at: Timestamp::UNIX_EPOCH,
            method: "GET".into(),
            target: "/api/v1/orders".into(),
            credential: None,
            operation: Some(OperationId::ListOrders),
            endpoint: None,
            rate: None,
            policies: None,
            reached: Step::Authentication,
            rejection: Some(Box::new(Rejection::plain("no Authorization header"))),
            status: Some(StatusCode::UNAUTHORIZED),
            code: Some(ErrorCode::AuthenticationError),
            aborted: false,
            is_cut: false,
            faults: None,
            duration_us: 0,
            capture: Captured::Off,
        }
    }

    #[test]
    fn entry_has_the_decision_of_every_step_up_to_the_last() {
        insta::assert_json_snapshot!(entry().to_json(RequestIds::new(7, Some("demo01")).id(1), 1));
    }

    /// At most a million entries are kept.
    #[test]
    fn entry_is_small() {
        assert!(size_of::<Entry>() <= 192, "{}", size_of::<Entry>());
    }

    #[test]
    fn target_is_masked_and_truncated() {
        let key = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
        let shown_target =
            |target: &str| Entry::shown_target(target, &OwnKey::of(&http::HeaderMap::new()));
        assert_eq!(
            &*shown_target(&format!("/?k={key}")),
            "/?k=lnc_test_Full…mo01"
        );
        assert_eq!(
            &*shown_target("/?password=hunter2&client_secret=s3cr3t&limit=1"),
            "/?password=…&client_secret=…&limit=1"
        );
        assert_eq!(
            &*shown_target("/?%74oken=a&api_key=b&key=c&monkey=d&sort_by=e"),
            "/?%74oken=…&api_key=…&key=…&monkey=d&sort_by=e"
        );
        assert_eq!(
            &*shown_target("/?pass%77ord=hunter2&limit=1"),
            "/?pass%77ord=…&limit=1"
        );
        let long = shown_target(&format!("/{}{key}", "x".repeat(500)));
        assert!(
            !long.contains("FullAccess") && long.ends_with('…') && long.len() < 520,
            "{long}"
        );
    }
}
