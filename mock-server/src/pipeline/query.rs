//! The query of an operation: only parameters it knows, each once, each within its limits.

use schemas::{
    Operation, Parameter,
    error::FieldError,
    query::{DEFAULT_LIMIT, Rule},
};
use serde_json::Value;

use crate::{
    error::{ApiError, echo},
    store::Page,
};

/// What a query says, with what holds where it says nothing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query {
    /// Which part of the list.
    pub page: Page,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            page: Page {
                limit: DEFAULT_LIMIT,
                offset: 0,
            },
        }
    }
}

impl Query {
    /// Takes a value in, or says what would be right.
    fn set(&mut self, parameter: Parameter, value: &str) -> Result<(), String> {
        match parameter {
            Parameter::Limit => self.page.limit = whole(parameter, value)?,
            Parameter::Offset => self.page.offset = whole(parameter, value)?,
        }
        Ok(())
    }
}

/// Reads the query, or lists all that is wrong with it.
pub(super) fn read(operation: &Operation, query: Option<&str>) -> Result<Query, ApiError> {
    let mut read = Query::default();
    let mut errors = Vec::new();
    let mut seen = Vec::new();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let known = operation.query.iter().find(|known| known.as_str() == name);
        let result = match known {
            None => Err(unknown(operation)),
            Some(known) if seen.contains(known) => Err("is there more than once".to_owned()),
            Some(known) => {
                seen.push(*known);
                read.set(*known, &value)
            }
        };
        if let Err(error) = result {
            errors.push(wrong(&name, &value, error));
        }
    }
    if errors.is_empty() {
        Ok(read)
    } else {
        Err(ApiError::Invalid(errors))
    }
}

fn whole(parameter: Parameter, value: &str) -> Result<usize, String> {
    let Rule::Whole { min, max, .. } = parameter.facts().rule;
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    let number = value.parse().ok();
    number
        .filter(|number| digits && (min..=max).contains(number))
        .ok_or_else(|| format!("must be a whole number from {min} to {max}"))
}

fn unknown(operation: &Operation) -> String {
    if operation.query.is_empty() {
        return "is unknown; this operation has no query parameters".to_owned();
    }
    let known: Vec<_> = operation.query.iter().map(|known| known.as_str()).collect();
    format!("is unknown; known are {}", known.join(", "))
}

fn wrong(name: &str, value: &str, error: String) -> FieldError {
    FieldError {
        field: echo(name),
        error,
        provided: Value::String(echo(value)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use schemas::OperationId;

    use super::*;

    fn list(query: &str) -> Result<Page, String> {
        read(OperationId::ListOrders.operation(), Some(query))
            .map(|query| query.page)
            .map_err(|error| error.reason().into())
    }

    #[test]
    fn limits_hold_at_their_edges() {
        assert_eq!(
            list(""),
            Ok(Page {
                limit: 50,
                offset: 0
            })
        );
        assert_eq!(
            list("limit=100&offset=1000000000"),
            Ok(Page {
                limit: 100,
                offset: 1_000_000_000
            })
        );
        assert_eq!(
            list("limit=1"),
            Ok(Page {
                limit: 1,
                offset: 0
            })
        );
        for wrong in [
            "limit=0",
            "limit=101",
            "limit=-1",
            "limit=%2B1",
            "limit=1.0",
            "limit=",
            "offset=1000000001",
            "limit=99999999999999999999",
        ] {
            assert!(
                list(wrong)
                    .unwrap_err()
                    .contains("must be a whole number from"),
                "{wrong}"
            );
        }
    }

    #[test]
    fn every_mistake_is_named_at_once() {
        assert_eq!(
            list("limit=x&page=2&offset=1&offset=2").unwrap_err(),
            "limit: must be a whole number from 1 to 100; page: is unknown; known are limit, offset; \
             offset: is there more than once"
        );
    }

    proptest! {
        #[test]
        fn no_query_panics(query in ".{0,80}") {
            let _ = list(&query);
        }
    }
}
