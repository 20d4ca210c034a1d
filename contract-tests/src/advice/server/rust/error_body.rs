use serde_json::{Value, json};

/// One table, in the words of the page that takes precedence.
#[derive(Clone, Copy)]
pub enum Code {
    InvalidJson,
    Authentication,
    Authorization,
    EntityNotFound,
    Conflict,
    Validation,
    RateLimit,
}

impl Code {
    fn row(self) -> (u16, &'static str) {
        match self {
            Self::InvalidJson => (400, "INVALID_JSON"),
            Self::Authentication => (401, "AUTHENTICATION_ERROR"),
            Self::Authorization => (403, "AUTHORIZATION_ERROR"),
            Self::EntityNotFound => (404, "ENTITY_NOT_FOUND"),
            Self::Conflict => (409, "CONFLICT"),
            Self::Validation => (422, "VALIDATION_ERROR"),
            Self::RateLimit => (429, "rate_limit_exceeded"),
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
