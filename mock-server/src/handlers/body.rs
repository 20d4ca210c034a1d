//! The body of a request. It is validated against the schema of its operation before the locks of the data are
//! taken.

use schemas::{documents::Document, error::FieldError};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::ApiError;
use crate::contract;

/// A body that was validated against a schema. Its handler reports the errors, because 404 takes precedence over
/// 422.
#[derive(Debug, Default)]
pub(crate) struct CheckedBody {
    body: Value,
    errors: Vec<FieldError>,
}

impl CheckedBody {
    /// Validates a body against a schema.
    pub(crate) fn new(document: Document, mut body: Value) -> Self {
        let errors = contract::field_errors(document, &body);
        if errors.is_empty() {
            contract::spell_integers(&mut body);
        }
        Self { body, errors }
    }

    /// Deserializes the body, if it is valid.
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, ApiError> {
        if !self.errors.is_empty() {
            return Err(ApiError::Invalid(self.errors));
        }
        serde_json::from_value(self.body).map_err(|error| {
            ApiError::Invalid(vec![FieldError {
                field: String::new(),
                error: error.to_string(),
                provided: Value::Null,
            }])
        })
    }
}
