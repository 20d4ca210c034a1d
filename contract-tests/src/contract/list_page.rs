//! What a page of a list says of itself: its limit, its offset, and whether more rows follow.

use http::StatusCode;
use schemas::{
    Operation,
    query::{DEFAULT_LIMIT, MAX_LIMIT, MAX_OFFSET},
};
use serde_json::json;
use url::form_urlencoded;

use crate::finding::{Exchange, NotPassed, Outcome, Violation};

/// Returns what a page says wrongly of itself. Only what it says is judged: whether a field is missing is a matter of its schema.
pub(super) fn violation(operation: &Operation, page: &Exchange) -> Option<Violation> {
    match expect_own_statements(operation, page)? {
        Err(NotPassed::Violated(violation)) => Some(*violation),
        Ok(()) | Err(NotPassed::Skipped(_) | NotPassed::Inconclusive(_)) => None,
    }
}

/// What a page says of itself is true; `None` if it is no page, or where another rule says what applies.
pub(crate) fn expect_own_statements(operation: &Operation, page: &Exchange) -> Option<Outcome> {
    Some(Requested::of_page(operation, page)?.expect_of(page))
}

/// A page has at most `limit` rows, and `total` counts them all; `None` if it is no page, or where another rule says what
/// applies.
pub(crate) fn expect_within_limit(operation: &Operation, page: &Exchange) -> Option<Outcome> {
    Some(Requested::of_page(operation, page)?.expect_limit_of(page))
}

/// What a request asked for.
struct Requested {
    /// `None` for the server's default.
    limit: Option<usize>,
    offset: usize,
}

impl Requested {
    fn of_page(operation: &Operation, page: &Exchange) -> Option<Self> {
        let is_page = operation.is_list() && page.status == StatusCode::OK;
        is_page.then(|| Self::of(page)).flatten()
    }

    fn expect_limit_of(&self, page: &Exchange) -> Outcome {
        let rows = page.row_count();
        if let Some(limit) = self.limit {
            let expected = format!("at most {limit}");
            page.expect_that(rows <= limit, "number of rows", &expected, json!(rows))?;
        }
        let Some(total) = page.json()["total"].as_u64().filter(|_| rows > 0) else {
            return Ok(());
        };
        let min = self.offset + rows;
        let (is_enough, expected) = (total >= min as u64, format!("at least {min}"));
        page.expect_that(is_enough, "$.total", &expected, json!(total))
    }

    /// `None` where another rule says what applies: a value is invalid, or given twice.
    fn of(page: &Exchange) -> Option<Self> {
        let query = page.request.query.as_deref().unwrap_or_default();
        let mut requested = Self {
            limit: None,
            offset: 0,
        };
        let mut has_offset = false;
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let number = || value.parse::<usize>().ok();
            match &*name {
                "limit" if requested.limit.is_none() => {
                    let limit = number().filter(|limit| (1..=MAX_LIMIT).contains(limit));
                    requested.limit = Some(limit?);
                }
                "offset" if !has_offset => {
                    requested.offset = number().filter(|offset| *offset <= MAX_OFFSET)?;
                    has_offset = true;
                }
                "limit" | "offset" => return None,
                _ => {}
            }
        }
        Some(requested)
    }

    fn expect_of(&self, page: &Exchange) -> Outcome {
        let stated = |name: &str| {
            page.json()[name]
                .as_u64()
                .and_then(|one| usize::try_from(one).ok())
        };
        if let Some(offset) = stated("offset") {
            page.expect("$.offset", &json!(self.offset), &json!(offset))?;
        }
        // A server may allow less than the maximum, but not less than the default.
        let mut limits = self.limit.map(|limit| limit.min(DEFAULT_LIMIT)..=limit);
        if let Some(limit) = stated("limit") {
            if let Some(limits) = limits {
                let expected = format!(
                    "the limit that applied, as in the request: {}",
                    limits.end()
                );
                page.expect_that(limits.contains(&limit), "$.limit", &expected, json!(limit))?;
            }
            limits = Some(limit..=limit);
        }
        let (Some(total), rows) = (stated("total"), page.row_count()) else {
            return Ok(());
        };
        let rest = total.saturating_sub(self.offset);
        if let Some(limits) = limits {
            let (min, max) = (rest.min(*limits.start()), rest.min(*limits.end()));
            let expected = format!("{max}, of {total} with this limit and offset");
            let is_right = (min..=max).contains(&rows);
            page.expect_that(is_right, "number of rows", &expected, json!(rows))?;
        }
        match page.json()["has_more"].as_bool() {
            Some(more) => page.expect("$.has_more", &json!(rest > rows), &json!(more)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;
    use schemas::OperationId;
    use serde_json::Value;

    use super::*;

    /// The place at which a page of two rows is wrong.
    fn wrong_at(query: &str, mut fields: Value) -> Option<String> {
        let operation = OperationId::ListBlacklists.operation();
        let mut body = json!({"items": [{}, {}]});
        body.as_object_mut()?.append(fields.as_object_mut()?);
        let (url, body) = ("http://127.0.0.1/", Bytes::from(body.to_string()));
        let (get, head) = (operation.method.clone(), HeaderMap::new());
        let mut page = Exchange::recorded(operation, get, url, StatusCode::OK, head, body);
        page.request = page.request.query(query);
        violation(operation, &page).map(|violation| violation.at)
    }

    #[test]
    fn judges_what_a_page_says_against_its_request_and_rows() {
        for (query, fields, at) in [
            (
                "",
                json!({"total": 2, "limit": 50, "offset": 0, "has_more": false}),
                None,
            ),
            (
                "limit=2",
                json!({"total": 2, "limit": 2, "offset": 0, "has_more": true}),
                Some("$.has_more"),
            ),
            (
                "limit=2",
                json!({"total": 3, "limit": 2, "offset": 0, "has_more": false}),
                Some("$.has_more"),
            ),
            (
                "limit=2&offset=1",
                json!({"total": 3, "offset": 1, "has_more": false}),
                None,
            ),
            (
                "limit=2&offset=1",
                json!({"total": 3, "offset": 0}),
                Some("$.offset"),
            ),
            ("limit=2", json!({"total": 3, "limit": 50}), Some("$.limit")),
            ("limit=20", json!({"total": 2, "limit": 2}), Some("$.limit")),
            (
                "",
                json!({"total": 60, "limit": 50}),
                Some("number of rows"),
            ),
            ("limit=5", json!({"total": 9}), Some("number of rows")),
            // The server's own default and maximum.
            ("", json!({"total": 9, "limit": 2, "has_more": true}), None),
            ("", json!({"total": 9, "has_more": true}), None),
            ("limit=100", json!({"total": 2, "limit": 60}), None),
            // What applies is not known.
            ("limit=0", json!({"total": 9, "limit": 2}), None),
            ("limit=1&limit=2", json!({"total": 9, "limit": 1}), None),
        ] {
            assert_eq!(
                wrong_at(query, fields.clone()).as_deref(),
                at,
                "{query} {fields}"
            );
        }
    }
}
