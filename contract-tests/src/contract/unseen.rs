//! Why a response of the contract was not seen, and the request that would trigger it.

use http::Method;
use schemas::{ErrorCode, Operation, OperationId, Profile, ScopeSet, examples};
use url::Url;

use crate::{
    contract::{KeyRole, variable_of},
    finding::{quoted, redaction::ADMIN_TOKEN},
};

/// An id that no object has.
pub(crate) const UNKNOWN_ID: &str = "00000000-0000-4000-8000-000000000000";

/// Why a response was not seen, and what would trigger it.
#[derive(Clone, Copy, Debug)]
pub struct Unseen {
    pub reason: &'static str,
    /// Whether a run can see it, so that it counts for coverage.
    pub expected: bool,
    /// The request that would trigger it, if one can.
    pub trigger: Option<Trigger>,
}

impl Unseen {
    /// No run can see it.
    pub(crate) fn never(reason: &'static str) -> Self {
        Self {
            reason,
            expected: false,
            trigger: None,
        }
    }
}

/// A request that triggers a response, by how it differs from a valid one.
#[derive(Clone, Copy, Debug)]
pub enum Trigger {
    /// It is valid.
    ValidRequest,
    /// It has no key.
    WithoutKey,
    /// Its key lacks a scope.
    WithoutScope,
    /// The quota of its key is used up.
    QuotaUsedUp,
    /// Its id is unknown.
    UnknownId,
    /// Its query or body is invalid.
    Invalid,
    /// Its body is not JSON.
    MalformedJson,
    /// Its body is declared as text.
    TextBody,
    /// It has no `Host`.
    WithoutHost,
}

/// Why a response of the operation was not seen; `can_trigger`: whether the run can trigger it.
pub(crate) fn unseen(
    operation: &Operation,
    code: Option<ErrorCode>,
    can_trigger: bool,
    profile: Profile,
) -> Unseen {
    if !profile.serves(operation) {
        return Unseen::never("assumed, and the target serves only what is documented");
    }
    let impossible = scope_reason(operation)
        .filter(|_| !can_trigger)
        .or_else(|| conflict_reason(operation, code))
        .or_else(|| error_reason(code));
    Unseen {
        reason: impossible.unwrap_or(if can_trigger {
            "no check triggered it"
        } else {
            "cannot be triggered with the given keys and permissions"
        }),
        expected: impossible.is_none() && can_trigger,
        trigger: trigger(operation, code),
    }
}

/// The operation requires a scope that no API key can hold.
fn scope_reason(operation: &Operation) -> Option<&'static str> {
    let open = ScopeSet::PUBLIC.contains_all(operation.scopes);
    (!open).then_some("needs an access token, since no API key can hold its scope")
}

/// The conflicts that depend on the amount of data.
fn conflict_reason(operation: &Operation, code: Option<ErrorCode>) -> Option<&'static str> {
    let of_state = matches!(
        operation.id,
        OperationId::GetOrderResults | OperationId::UpdateProspectSearch
    );
    (code == Some(ErrorCode::Conflict) && !of_state).then_some(
        "occurs only in an organization that has reached its limit of thousands of objects",
    )
}

/// Errors that no run can trigger.
fn error_reason(code: Option<ErrorCode>) -> Option<&'static str> {
    match code? {
        ErrorCode::InternalError => Some("a working server does not return it"),
        ErrorCode::ServiceUnavailable => Some("a server with enough memory does not return it"),
        ErrorCode::RequestTimeout => Some("needs half a minute of real time"),
        ErrorCode::PayloadTooLarge => Some("needs a body of many megabytes"),
        ErrorCode::InvalidRequest | ErrorCode::NotImplemented => {
            Some("needs a request that HTTP clients do not send")
        }
        ErrorCode::AuthenticationError
        | ErrorCode::AuthorizationError
        | ErrorCode::RateLimitExceeded
        | ErrorCode::EntityNotFound
        | ErrorCode::ValidationError
        | ErrorCode::InvalidJson
        | ErrorCode::Conflict
        | ErrorCode::NotFound
        | ErrorCode::MethodNotAllowed
        | ErrorCode::UriTooLong
        | ErrorCode::UnsupportedMediaType
        | ErrorCode::HeadersTooLarge => None,
    }
}

fn trigger(operation: &Operation, code: Option<ErrorCode>) -> Option<Trigger> {
    let Some(code) = code else {
        return Some(Trigger::ValidRequest);
    };
    match code {
        ErrorCode::AuthenticationError => Some(Trigger::WithoutKey),
        ErrorCode::AuthorizationError => Some(Trigger::WithoutScope),
        ErrorCode::RateLimitExceeded => Some(Trigger::QuotaUsedUp),
        ErrorCode::EntityNotFound => operation.has_id().then_some(Trigger::UnknownId),
        ErrorCode::ValidationError => Some(Trigger::Invalid),
        ErrorCode::InvalidJson => operation.request.map(|_| Trigger::MalformedJson),
        ErrorCode::UnsupportedMediaType => operation.request.map(|_| Trigger::TextBody),
        ErrorCode::InvalidRequest => Some(Trigger::WithoutHost),
        // These depend on state, on time, or on the server's own limits.
        ErrorCode::Conflict
        | ErrorCode::NotFound
        | ErrorCode::MethodNotAllowed
        | ErrorCode::RequestTimeout
        | ErrorCode::PayloadTooLarge
        | ErrorCode::UriTooLong
        | ErrorCode::HeadersTooLarge
        | ErrorCode::InternalError
        | ErrorCode::NotImplemented
        | ErrorCode::ServiceUnavailable => None,
    }
}

impl Trigger {
    /// A shell command that sends the request, with `$ID` for an id of an existing object.
    pub(crate) fn command(self, base: &Url, operation: &Operation) -> String {
        let mut words = vec!["curl -sSi".to_owned()];
        if operation.method != Method::GET {
            words.push(format!("-X {}", operation.method));
        }
        if let Some(variable) = self.key(operation) {
            words.push(format!("-H \"authorization: Bearer ${variable}\""));
        }
        if matches!(self, Self::WithoutHost) {
            words.push("-H Host:".to_owned());
        }
        if let Some(document) = operation.request {
            let media_type = if matches!(self, Self::TextBody) {
                "text/plain"
            } else {
                "application/json"
            };
            words.push(format!("-H 'content-type: {media_type}'"));
            let body = match self {
                Self::MalformedJson => "{".to_owned(),
                Self::Invalid => "[]".to_owned(),
                Self::ValidRequest
                | Self::WithoutKey
                | Self::WithoutScope
                | Self::QuotaUsedUp
                | Self::UnknownId
                | Self::TextBody
                | Self::WithoutHost => examples::body(document).to_string(),
            };
            words.push(format!("--data-raw {}", quoted(&body)));
        }
        words.push(self.url(base, operation));
        if matches!(self, Self::QuotaUsedUp) {
            words.push("# once its quota is used up".to_owned());
        }
        words.join(" ")
    }

    /// The variable for its key.
    fn key(self, operation: &Operation) -> Option<String> {
        match self {
            Self::WithoutKey => None,
            Self::WithoutScope => Some(variable_of(ScopeSet::PUBLIC.without(operation.scopes))),
            Self::QuotaUsedUp => Some(KeyRole::Limited.variable()),
            Self::ValidRequest
            | Self::UnknownId
            | Self::Invalid
            | Self::MalformedJson
            | Self::TextBody
            | Self::WithoutHost => Some(if ScopeSet::PUBLIC.contains_all(operation.scopes) {
                KeyRole::Full.variable()
            } else {
                ADMIN_TOKEN.to_owned()
            }),
        }
    }

    fn url(self, base: &Url, operation: &Operation) -> String {
        let base = base.as_str().trim_end_matches('/');
        let query = if matches!(self, Self::Invalid) && operation.request.is_none() {
            "?colour=red"
        } else {
            ""
        };
        let url = |id: &str| quoted(&format!("{base}{}{query}", operation.path_with(id)));
        if matches!(self, Self::UnknownId) {
            url(UNKNOWN_ID)
        } else {
            url("$ID").replace("$ID", r#"'"$ID"'"#)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(trigger: Trigger, operation: OperationId) -> String {
        let base = "http://127.0.0.1:8000/api/v1".parse().unwrap();
        trigger.command(&base, operation.operation())
    }

    #[test]
    fn explains_what_no_run_can_see() {
        let unseen = |operation: OperationId, code| {
            unseen(operation.operation(), code, true, Profile::Everything)
        };
        let conflict = Some(ErrorCode::Conflict);
        let foreign = |operation: OperationId| {
            super::unseen(operation.operation(), None, false, Profile::Everything)
        };
        assert!(!foreign(OperationId::RevokeApiKey).expected);
        assert!(unseen(OperationId::RevokeApiKey, None).expected);
        assert!(!unseen(OperationId::CreateOrder, conflict).expected);
        assert!(unseen(OperationId::GetOrderResults, conflict).expected);
        assert!(unseen(OperationId::CreateOrder, None).expected);
    }

    #[test]
    fn commands_are_valid_shell() {
        assert_eq!(
            command(Trigger::ValidRequest, OperationId::GetOrder),
            r#"curl -sSi -H "authorization: Bearer $FULL_KEY" 'http://127.0.0.1:8000/api/v1/orders/'"$ID"''"#
        );
        assert_eq!(
            command(Trigger::Invalid, OperationId::ListOrders),
            r#"curl -sSi -H "authorization: Bearer $FULL_KEY" 'http://127.0.0.1:8000/api/v1/orders?colour=red'"#
        );
        let broken = command(Trigger::MalformedJson, OperationId::CreateOrder);
        assert!(
            broken.contains("-X POST") && broken.contains("--data-raw '{'"),
            "{broken}"
        );
        let scope = command(Trigger::WithoutScope, OperationId::CreateOrder);
        assert!(scope.contains("$KEY_WITHOUT_ORDERS_WRITE"), "{scope}");
        assert!(!command(Trigger::WithoutKey, OperationId::ListOrders).contains("authorization"));
    }
}
