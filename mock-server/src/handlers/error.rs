//! Errors of requests, and their one rendering.

use std::borrow::Cow;

use crate::{
    config::Config,
    contract::{self, MAX_FIELD_ERRORS, cut, echo, echo_value},
    journal::Rejection,
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use scenarios::library;
use schemas::{
    ErrorCode, ScopeSet,
    error::{
        AUTHENTICATION_MESSAGE, AuthorizationError, FieldError, NotFoundError, PlainError,
        ValidationDetail, ValidationError,
    },
    headers,
};

/// Maximum number of errors that the journal keeps of one request; it counts the others.
const MAX_KEPT_ERRORS: usize = 5;
/// Why a request fails.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// 401, the same for every cause; `cause` goes to the journal only. If a credential was `presented`, the
    /// response reports that it was rejected, as RFC 6750 requires.
    Unauthenticated { presented: bool, cause: Box<str> },
    /// 403, for a key or token with the scopes `held` at an operation that needs `required`.
    MissingScope { required: ScopeSet, held: ScopeSet },
    /// 429, with the seconds after which the next request is admitted.
    RateLimited { seconds: i64 },
    /// 404, for an object that does not exist or belongs to another organization. `meant` is the identifier that was
    /// probably meant.
    EntityNotFound {
        entity: &'static str,
        identifier: String,
        meant: Option<&'static str>,
    },
    /// 405, with the methods that the path allows.
    MethodNotAllowed { allow: HeaderValue },
    /// 422, with the invalid parts of the request.
    Invalid(Vec<FieldError>),
    /// An error that has a message only.
    Plain(ErrorCode, Cow<'static, str>),
}

impl ApiError {
    /// An error that has a message only.
    pub(crate) fn plain(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Plain(code, message.into())
    }

    /// No object of this kind has this identifier.
    pub(crate) fn not_found(entity: &'static str, identifier: &str) -> Self {
        Self::EntityNotFound {
            entity,
            identifier: echo(identifier),
            meant: None,
        }
    }

    /// No bundled scenario has this name.
    pub(crate) fn unknown_scenario(name: &str) -> Self {
        Self::EntityNotFound {
            entity: "scenario",
            identifier: echo(name),
            meant: library::similar(name),
        }
    }

    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            Self::Unauthenticated { .. } => ErrorCode::AuthenticationError,
            Self::MissingScope { .. } => ErrorCode::AuthorizationError,
            Self::RateLimited { .. } => ErrorCode::RateLimitExceeded,
            Self::EntityNotFound { .. } => ErrorCode::EntityNotFound,
            Self::MethodNotAllowed { .. } => ErrorCode::MethodNotAllowed,
            Self::Invalid(_) => ErrorCode::ValidationError,
            Self::Plain(code, _) => *code,
        }
    }

    /// The status of the error's code, unless the configuration overrides it.
    pub(crate) fn status(&self, config: &Config) -> StatusCode {
        if matches!(self, Self::Invalid(_)) {
            config.validation_status
        } else {
            self.code().status()
        }
    }

    /// The error's header, if it has one.
    pub(crate) fn header(&self, config: &Config) -> Option<(HeaderName, HeaderValue)> {
        let challenge = |challenge| {
            config
                .challenges
                .then_some((header::WWW_AUTHENTICATE, challenge))
        };
        match self {
            Self::Unauthenticated {
                presented: true, ..
            } => challenge(HeaderValue::from_static(headers::CHALLENGE_INVALID)),
            Self::Unauthenticated {
                presented: false, ..
            } => challenge(HeaderValue::from_static(headers::CHALLENGE)),
            Self::MissingScope { required, .. } => challenge(
                HeaderValue::try_from(headers::challenge_scope(*required))
                    .expect("scopes are visible ASCII"),
            ),
            Self::RateLimited { seconds } => Some((header::RETRY_AFTER, (*seconds).into())),
            Self::MethodNotAllowed { allow } => Some((header::ALLOW, allow.clone())),
            Self::EntityNotFound { .. } | Self::Invalid(_) | Self::Plain(..) => None,
        }
    }

    /// The full cause, for the journal and not for clients.
    pub(crate) fn reason(&self) -> Box<str> {
        match self {
            Self::Unauthenticated { cause, .. } => cause.clone(),
            Self::MissingScope { required, held } => {
                format!("the operation needs {required}; the credential holds {held}").into()
            }
            Self::RateLimited { seconds } => {
                format!("the quota is used up; the next request is admitted after {seconds} s")
                    .into()
            }
            Self::EntityNotFound {
                entity, identifier, ..
            } => format!("no {entity} {identifier}").into(),
            Self::Invalid(errors) => contract::reasons(errors).into(),
            Self::MethodNotAllowed { .. } | Self::Plain(..) => self.message().into_owned().into(),
        }
    }

    /// The cause and the first errors, for the journal.
    pub(crate) fn rejection(&self) -> Rejection {
        let errors = match self {
            Self::Invalid(errors) => errors.as_slice(),
            Self::Unauthenticated { .. }
            | Self::MissingScope { .. }
            | Self::RateLimited { .. }
            | Self::EntityNotFound { .. }
            | Self::MethodNotAllowed { .. }
            | Self::Plain(..) => &[],
        };
        Rejection {
            reason: self.reason(),
            invalid: None,
            errors: errors.iter().take(MAX_KEPT_ERRORS).map(shortened).collect(),
            broken: errors.len(),
        }
    }

    fn message(&self) -> Cow<'static, str> {
        match self {
            Self::Unauthenticated { .. } => AUTHENTICATION_MESSAGE.into(),
            Self::MissingScope { required, held } => {
                AuthorizationError::new(*required, *held).message.into()
            }
            Self::RateLimited { .. } => "Rate limit exceeded".into(),
            Self::EntityNotFound {
                entity,
                identifier,
                meant,
            } => {
                let message = NotFoundError::new(entity, identifier).message;
                match meant {
                    Some(meant) => format!("{message}; did you mean {meant}?").into(),
                    None => message.into(),
                }
            }
            Self::MethodNotAllowed { allow } => {
                format!("this path allows {}", allow.to_str().unwrap_or_default()).into()
            }
            Self::Invalid(errors) => validation_message(errors.len()).into(),
            Self::Plain(_, message) => message.clone(),
        }
    }

    pub(crate) fn body(self) -> Vec<u8> {
        let (code, message) = (self.code(), self.message().into_owned());
        let body = match self {
            Self::MissingScope { required, held } => {
                serde_json::to_vec(&AuthorizationError::new(required, held))
            }
            Self::EntityNotFound {
                entity, identifier, ..
            } => serde_json::to_vec(&NotFoundError {
                message,
                ..NotFoundError::new(entity, identifier)
            }),
            Self::Invalid(errors) => {
                let detail = ValidationDetail {
                    validation_errors: errors.into_iter().take(MAX_FIELD_ERRORS).collect(),
                };
                serde_json::to_vec(&ValidationError {
                    code,
                    message,
                    detail,
                })
            }
            Self::Unauthenticated { .. }
            | Self::RateLimited { .. }
            | Self::MethodNotAllowed { .. }
            | Self::Plain(..) => serde_json::to_vec(&PlainError { code, message }),
        };
        body.expect("an error body has text keys only")
    }
}

fn validation_message(count: usize) -> String {
    match count {
        1 => "1 part of the request is invalid".to_owned(),
        _ if count > MAX_FIELD_ERRORS => {
            format!(
                "more than {MAX_FIELD_ERRORS} parts of the request are invalid; the first {MAX_FIELD_ERRORS} are listed"
            )
        }
        _ => format!("{count} parts of the request are invalid"),
    }
}

/// An error as the journal keeps it: its texts are cut to a maximum length.
fn shortened(error: &FieldError) -> FieldError {
    FieldError {
        field: cut(&error.field),
        error: cut(&error.error),
        provided: echo_value(&error.provided),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn validation_error_lists_the_first_hundred() {
        let error = FieldError {
            field: "limit".into(),
            error: "wrong".into(),
            provided: Value::Null,
        };
        let body: Value =
            serde_json::from_slice(&ApiError::Invalid(vec![error; 150]).body()).unwrap();
        assert_eq!(
            body["message"],
            "more than 100 parts of the request are invalid; the first 100 are listed"
        );
        assert_eq!(
            body["detail"]["validation_errors"]
                .as_array()
                .unwrap()
                .len(),
            100
        );
    }
}
