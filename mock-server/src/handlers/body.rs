//! The body of a request, held to the schema of its operation before anybody waits for what it works on.

use schemas::{documents::Document, error::FieldError};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::ApiError;
use crate::contract;

/// A body that was held to a schema. Whether it keeps that, only its handler says: that comes after what is not found.
#[derive(Debug, Default)]
pub(crate) struct CheckedBody {
    body: Value,
    errors: Vec<FieldError>,
}

impl CheckedBody {
    /// Holds a body to the schema of what it should be.
    pub(crate) fn new(document: Document, mut body: Value) -> Self {
        let errors = contract::field_errors(document, &body);
        if errors.is_empty() {
            contract::spell_integers(&mut body);
        }
        Self { body, errors }
    }

    /// It as a wire type, if it keeps its schema.
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
