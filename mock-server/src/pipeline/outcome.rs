//! The response to a request.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use scenarios::FaultResponse;
use schemas::{ErrorCode, Operation, documents::Document};

use super::{Trace, capturing::fitted};
use crate::{
    app::App,
    contract,
    handlers::{ApiError, Reply},
    journal::{OwnKey, Rejection, masking::Masked},
};

/// How a request ends that no step rejects.
pub(super) enum Completion {
    /// With the server's response.
    Reply(Reply),
    /// With the response of a fault.
    Fault(FaultResponse),
}

/// The response to a request, and its entry in the journal.
pub(super) struct Outcome {
    pub(super) status: StatusCode,
    pub(super) code: Option<ErrorCode>,
    pub(super) rejection: Option<Box<Rejection>>,
    header: Option<(HeaderName, HeaderValue)>,
    body: Bytes,
    /// The headers of a fault's response, which replace the server's.
    instead: Option<HeaderMap>,
}

impl Outcome {
    /// The outcome of the steps.
    pub(super) fn of(app: &App, trace: &Trace, result: Result<Completion, ApiError>) -> Self {
        let outcome = match result {
            Ok(Completion::Fault(answer)) => return Self::fault(answer),
            Ok(Completion::Reply(reply)) => Self {
                instead: None,
                status: reply.status,
                code: None,
                rejection: None,
                header: reply.header,
                body: fitted(Self::shown(app, trace, reply.body)),
            },
            Err(error) => Self::refused(app, error),
        };
        if cfg!(debug_assertions) {
            outcome.checked(app, trace)
        } else {
            outcome
        }
    }

    /// Masks the key of the request in an error, which repeats what is wrong.
    pub(super) fn mask(&mut self, own: &OwnKey<'_>) {
        if self.code.is_none() {
            return;
        }
        if let Masked::Text(body) = own.mask(&self.body) {
            self.body = body.into();
        }
        if let Some(rejection) = &mut self.rejection {
            rejection.mask(own);
        }
    }

    /// The part of a body that a server with this profile shows.
    fn shown(app: &App, trace: &Trace, body: Vec<u8>) -> Vec<u8> {
        let document = trace.operation.and_then(|operation| operation.response);
        match (&app.documented, document) {
            (Some(documented), Some(document)) => documented.rewrite(document, body),
            (None, _) | (_, None) => body,
        }
    }

    fn fault(response: FaultResponse) -> Self {
        Self {
            status: response.status,
            code: None,
            rejection: Some(Box::new(Rejection::plain(
                "a fault responds in place of the server",
            ))),
            header: None,
            body: response.body,
            instead: Some(response.headers),
        }
    }

    fn refused(app: &App, error: ApiError) -> Self {
        Self {
            instead: None,
            status: error.status(&app.config),
            code: Some(error.code()),
            rejection: Some(Box::new(error.rejection())),
            header: error.header(&app.config),
            body: fitted(error.body()),
        }
    }

    /// Validates responses against the contract in development builds.
    fn checked(self, app: &App, trace: &Trace) -> Self {
        let document = match (self.code, trace.operation) {
            (Some(code), _) => Document::Error(code),
            (
                None,
                Some(Operation {
                    response: Some(document),
                    ..
                }),
            ) => *document,
            (None, _) => return self,
        };
        match contract::violation(document, &self.body) {
            None => self,
            Some(violation) => {
                tracing::error!(
                    document = document.name(),
                    violation,
                    "a response breaks the contract"
                );
                Self::refused(
                    app,
                    ApiError::plain(
                        ErrorCode::InternalError,
                        "the response would break the contract",
                    ),
                )
            }
        }
    }

    /// The response, before faults apply to it.
    pub(super) fn response(
        &mut self,
        app: &App,
        trace: &Trace,
        method: &Method,
        date: HeaderValue,
    ) -> Response<Bytes> {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::DATE, date);
        headers.extend(self.header.take());
        if let Some(rate) = trace.rate {
            rate.tell(app, headers);
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        if self.status != StatusCode::NO_CONTENT {
            match self.instead.take() {
                Some(instead) => headers.extend(instead),
                None => drop(headers.insert(
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("application/json"),
                )),
            }
            if *method == Method::HEAD {
                // Over HTTP/2, no other layer removes the body.
                headers.insert(header::CONTENT_LENGTH, self.body.len().into());
            } else {
                *response.body_mut() = std::mem::take(&mut self.body);
            }
        }
        response
    }
}

#[cfg(test)]
#[cfg(debug_assertions)]
mod tests {
    use schemas::OperationId;

    use super::*;

    fn outcome(result: Result<Completion, ApiError>) -> Outcome {
        let app = App::new(crate::Config::default()).unwrap();
        let trace = Trace {
            operation: Some(OperationId::GetOrder.operation()),
            ..Trace::default()
        };
        Outcome::of(&app, &trace, result)
    }

    #[test]
    fn replaces_responses_that_break_the_contract() {
        let reply = |body: &str| {
            Completion::Reply(Reply {
                status: StatusCode::OK,
                header: None,
                body: body.into(),
            })
        };
        let broken = outcome(Ok(reply(r#"{"id": "1", "title": "t", "status": "DONE"}"#)));
        assert_eq!(broken.code, Some(ErrorCode::InternalError));
        let whole = outcome(Ok(reply(
            r#"{"id": "1", "title": "t", "status": "COMPLETED"}"#,
        )));
        assert_eq!(whole.code, None);
    }
}
