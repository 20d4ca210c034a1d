//! Compiled JSON Schemas.

use jsonschema::{PatternOptions, ValidationError};
use serde_json::Value;

/// A compiled JSON Schema.
///
/// The library's own type is generic: every crate that compiles a schema with it would contain all keywords once more.
/// Here they are compiled once for the server and the judge.
#[derive(Debug)]
pub struct Validator(jsonschema::Validator);

type InvalidSchema = ValidationError<'static>;

impl Validator {
    /// Compiles a schema of draft 2020-12. `format` is not validated.
    pub fn new(schema: &Value) -> Result<Self, InvalidSchema> {
        jsonschema::draft202012::new(schema).map(Self)
    }

    /// Compiles a schema of draft 2020-12. `format` is validated.
    pub fn with_formats(schema: &Value) -> Result<Self, InvalidSchema> {
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        options.build(schema).map(Self)
    }

    /// Compiles a schema that a client sent, of the draft that it names. Its patterns take linear time.
    pub fn untrusted(schema: &Value) -> Result<Self, InvalidSchema> {
        let options = jsonschema::options().with_pattern_options(PatternOptions::regex());
        options.build(schema).map(Self)
    }

    /// Whether a value is valid. Faster than [`Validator::validate`].
    pub fn is_valid(&self, value: &Value) -> bool {
        self.0.is_valid(value)
    }

    /// The first error of a value, if it is invalid.
    pub fn validate<'a>(&self, value: &'a Value) -> Result<(), ValidationError<'a>> {
        self.0.validate(value)
    }

    /// All errors of a value. They are found before the first one is returned.
    pub fn iter_errors<'a>(
        &'a self,
        value: &'a Value,
    ) -> impl Iterator<Item = ValidationError<'a>> {
        self.0.iter_errors(value)
    }
}
