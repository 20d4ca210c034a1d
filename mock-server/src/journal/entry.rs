//! A request and its response, as the journal keeps them.

use std::borrow::Cow;

use http::{Method, StatusCode, Uri};
use jiff::Timestamp;
use schemas::{
    ErrorCode, OperationId,
    error::FieldError,
    key::redact,
    oauth::{self, Endpoint, FieldValue, FormField},
};
use serde::Serialize;
use serde_json::{Value, json};
use strum::VariantArray;

use crate::{
    clock::rfc3339,
    journal::{CredentialRejection, CredentialUse, RequestId},
    keys::Decision,
};

/// Characters of a request target that are kept.
const TARGET_LENGTH: usize = 512;
/// Characters of a method that are kept.
const METHOD_LENGTH: usize = 32;

/// The steps of the pipeline, in their order.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd, Serialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// The request is one: it has one `Host`.
    #[default]
    Framing,
    /// An operation has its path and method.
    Route,
    /// The key or token is valid.
    Authentication,
    /// Its quota is not used up.
    RateLimit,
    /// It holds the scopes that the operation needs.
    Scope,
    /// The body is declared as JSON, is not too large, and is JSON.
    Body,
    /// The operation itself: validation, lookup, state.
    Handler,
}

/// A request and its response.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// When it came, on the organization's clock.
    pub at: Timestamp,
    /// Its method, shown as the target is.
    pub method: Cow<'static, str>,
    /// Its path and query, with anything masked that could be a key.
    pub target: Box<str>,
    /// Its key or token, whether that was valid or not.
    pub credential: Option<CredentialUse>,
    /// What it asked for.
    pub operation: Option<OperationId>,
    /// The endpoint of the authorization server that it was sent to.
    pub endpoint: Option<Endpoint>,
    /// What the limiter said.
    pub rate: Option<Decision>,
    /// What every policy of the tier said, where it has several.
    pub policies: Option<Box<[Decision]>>,
    /// The step it ended at.
    pub reached: Step,
    /// Why it ended there; nothing where it was answered.
    pub rejection: Option<Box<Rejection>>,
    /// The status of the response; none, where it was not answered.
    pub status: Option<StatusCode>,
    /// The error code of the response.
    pub code: Option<ErrorCode>,
    /// Whether the caller disconnected before the response was sent.
    pub aborted: bool,
    /// The faults that met it.
    #[expect(
        clippy::box_collection,
        reason = "an entry is small, and hardly any has some"
    )]
    pub faults: Option<Box<Vec<AppliedFault>>>,
    /// How long the response took on the organization's clock, in microseconds; 0 on a frozen one.
    pub duration_us: u64,
}

impl Entry {
    /// Bytes that it takes.
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
        let faults = self.faults.as_ref();
        let policies = self.policies.as_ref();
        size_of::<Self>()
            + self.target.len()
            + rejection
            + faults.map_or(0, |faults| faults.len() * size_of::<AppliedFault>())
            + policies.map_or(0, |policies| size_of_val(&**policies))
    }
}

/// Bytes of what was sent where an error is, which is cut.
const PROVIDED: usize = 256;

/// A fault that met a request.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct AppliedFault {
    /// Which.
    pub id: &'static str,
    /// The rule of the scenario that has matched, from 1; none, where the request itself asked for it.
    pub rule: Option<usize>,
    /// Which of the requests that the rule looked at, from 1.
    pub count: Option<u64>,
}

/// Why a request was refused.
#[derive(Clone, Debug)]
pub(crate) struct Rejection {
    /// In words.
    pub reason: Box<str>,
    /// Why its credential was not valid, where it was found not to be.
    pub invalid: Option<CredentialRejection>,
    /// The first parts of the request that broke a rule.
    pub errors: Vec<FieldError>,
    /// How many did.
    pub broken: usize,
}

impl Rejection {
    /// One that says all in words.
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
    /// The target as it may be kept.
    pub(crate) fn shown_target(target: &str) -> Box<str> {
        shown(target, TARGET_LENGTH)
    }

    /// The target of a request to the authorization server as it may be kept: of the query, parameters that are what they
    /// should be, and no secrets. Anything else may be a password.
    pub(crate) fn shown_endpoint_target(uri: &Uri, is_client: impl Fn(&str) -> bool) -> Box<str> {
        let Some(query) = uri.query() else {
            return Self::shown_target(uri.path());
        };
        let shown = |pair: &str| {
            let parsed = form_urlencoded::parse(pair.as_bytes()).next();
            let (name, value) = parsed.unwrap_or_default();
            let is_shown = |field: &FormField| match field.value {
                FieldValue::ClientId => is_client(&value),
                other => other.is_public(&value),
            };
            match oauth::field(&name) {
                Some(field) if is_shown(field) => pair.to_owned(),
                Some(field) => format!("{}=…", field.name),
                None => "…".to_owned(),
            }
        };
        let pairs: Vec<_> = query.split('&').map(shown).collect();
        Self::shown_target(&format!("{}?{}", uri.path(), pairs.join("&")))
    }

    /// The method as it may be kept: anything can stand there.
    pub(crate) fn shown_method(method: &Method) -> Cow<'static, str> {
        match *method {
            Method::GET => "GET".into(),
            Method::HEAD => "HEAD".into(),
            Method::POST => "POST".into(),
            ref other => shown(other.as_str(), METHOD_LENGTH).into_string().into(),
        }
    }

    /// Why the credential was not valid, where it was found not to be.
    pub(crate) fn invalid(&self) -> Option<CredentialRejection> {
        self.rejection.as_ref()?.invalid
    }

    /// The path of the target.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The entry with its id and number, as it is shown.
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
        entry
    }

    /// The status of the response as a number.
    pub(crate) fn status(&self) -> Option<u16> {
        self.status.map(|status| status.as_u16())
    }

    /// The decision of every step up to the one it ended at.
    pub(crate) fn steps(&self) -> Vec<Value> {
        Step::VARIANTS
            .iter()
            .filter(|step| **step <= self.reached && self.has(**step))
            .map(|step| self.decision(*step))
            .collect()
    }

    /// Whether the request goes through a step: to the authorization server, only through those that are about no key.
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

/// A text of the caller's without keys, and not too long. It is masked before it is cut, so that no cut
/// leaves half a key unseen.
fn shown(text: &str, length: usize) -> Box<str> {
    let shown = redact(text);
    if shown.len() <= length {
        return shown.into();
    }
    let end = shown.floor_char_boundary(length);
    format!("{}…", &shown[..end]).into()
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
            faults: None,
            duration_us: 0,
        }
    }

    #[test]
    fn an_entry_tells_the_decision_of_every_step_up_to_the_last() {
        insta::assert_json_snapshot!(entry().to_json(RequestIds::new(7, Some("demo01")).id(1), 1));
    }

    /// A million of them are kept at most.
    #[test]
    fn an_entry_is_small() {
        assert!(size_of::<Entry>() <= 192, "{}", size_of::<Entry>());
    }

    #[test]
    fn a_target_is_masked_and_cut() {
        let key = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
        assert_eq!(
            &*Entry::shown_target(&format!("/?k={key}")),
            "/?k=lnc_test_Full…mo01"
        );
        let long = Entry::shown_target(&format!("/{}{key}", "x".repeat(500)));
        assert!(
            !long.contains("FullAccess") && long.ends_with('…') && long.len() < 520,
            "{long}"
        );
    }
}
