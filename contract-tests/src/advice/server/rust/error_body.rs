use serde_json::{Value, json};

/// One table, in the words of the page that takes precedence.
#[derive(Clone, Copy)]
pub enum Code {
    InvalidJson,
    InvalidRequest,
    Authentication,
    Authorization,
    EntityNotFound,
    NotFound,
    MethodNotAllowed,
    RequestTimeout,
    Conflict,
    PayloadTooLarge,
    UriTooLong,
    UnsupportedMediaType,
    Validation,
    RateLimit,
    HeadersTooLarge,
    Internal,
    NotImplemented,
    ServiceUnavailable,
}

impl Code {
    fn row(self) -> (u16, &'static str) {
        match self {
            Self::InvalidJson => (400, "INVALID_JSON"),
            Self::InvalidRequest => (400, "INVALID_REQUEST"),
            Self::Authentication => (401, "AUTHENTICATION_ERROR"),
            Self::Authorization => (403, "AUTHORIZATION_ERROR"),
            Self::EntityNotFound => (404, "ENTITY_NOT_FOUND"),
            Self::NotFound => (404, "NOT_FOUND"),
            Self::MethodNotAllowed => (405, "METHOD_NOT_ALLOWED"),
            Self::RequestTimeout => (408, "REQUEST_TIMEOUT"),
            Self::Conflict => (409, "CONFLICT"),
            Self::PayloadTooLarge => (413, "PAYLOAD_TOO_LARGE"),
            Self::UriTooLong => (414, "URI_TOO_LONG"),
            Self::UnsupportedMediaType => (415, "UNSUPPORTED_MEDIA_TYPE"),
            Self::Validation => (422, "VALIDATION_ERROR"),
            Self::RateLimit => (429, "rate_limit_exceeded"),
            Self::HeadersTooLarge => (431, "HEADERS_TOO_LARGE"),
            Self::Internal => (500, "INTERNAL_ERROR"),
            Self::NotImplemented => (501, "NOT_IMPLEMENTED"),
            Self::ServiceUnavailable => (503, "SERVICE_UNAVAILABLE"),
        }
    }

    /// Every error is made here: flat, with `code` and `message`; further fields, such as `detail`, for some codes.
    pub fn response(self, message: &str, fields: &[(&str, Value)]) -> (u16, Value) {
        let (status, code) = self.row();
        let mut body = json!({"code": code, "message": message});
        for (name, value) in fields {
            body[*name] = value.clone();
        }
        (status, body)
    }
}
