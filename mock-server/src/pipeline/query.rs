//! The query of an operation: only parameters it knows, each once, each within its limits.

use schemas::{Operation, error::FieldError};
use serde_json::Value;

use crate::{
    error::{ApiError, echo},
    store::Page,
};

/// Rows of a page where nothing is said.
const DEFAULT_LIMIT: usize = 50;
/// Rows of a page at the most.
const MAX_LIMIT: usize = 100;
/// Rows before a page at the most.
const MAX_OFFSET: usize = 1_000_000_000;

/// Reads the query, or lists all that is wrong with it.
pub(super) fn read(operation: &Operation, query: Option<&str>) -> Result<Page, ApiError> {
    let mut page = Page {
        limit: DEFAULT_LIMIT,
        offset: 0,
    };
    let mut errors = Vec::new();
    let mut seen = Vec::new();
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let Some(known) = operation.query.iter().find(|known| **known == name) else {
            errors.push(wrong(&name, &value, unknown(operation)));
            continue;
        };
        if seen.contains(known) {
            errors.push(wrong(&name, &value, "is there more than once".to_owned()));
            continue;
        }
        seen.push(*known);
        let range = if *known == "limit" {
            1..=MAX_LIMIT
        } else {
            0..=MAX_OFFSET
        };
        match value.parse() {
            Ok(number)
                if range.contains(&number) && value.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                *(if *known == "limit" {
                    &mut page.limit
                } else {
                    &mut page.offset
                }) = number;
            }
            _ => errors.push(wrong(
                &name,
                &value,
                format!(
                    "must be a whole number from {} to {}",
                    range.start(),
                    range.end()
                ),
            )),
        }
    }
    if errors.is_empty() {
        Ok(page)
    } else {
        Err(ApiError::Invalid(errors))
    }
}

fn unknown(operation: &Operation) -> String {
    match operation.query {
        [] => "is unknown; this operation has no query parameters".to_owned(),
        known => format!("is unknown; known are {}", known.join(", ")),
    }
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
