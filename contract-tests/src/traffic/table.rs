//! The rules that traffic is judged by: those for traffic only, and those of servers and clients that traffic can exercise.

use std::fmt;

use schemas::API_PREFIX;

use super::{rules, url_keys};
use crate::{clients, finding::Level, provider::checks};

/// A rule that applies to traffic only.
#[derive(Debug)]
pub struct Rule {
    /// Its permanent id, such as `TRF-QUERY`.
    pub id: &'static str,
    /// The rule, as a sentence.
    pub rule: &'static str,
    /// What goes wrong otherwise, as a sentence.
    pub why: &'static str,
    /// The source of the rule.
    pub source: &'static str,
    /// What exercises it.
    pub exercised_by: &'static str,
    /// What it tolerates.
    pub tolerance: &'static str,
    /// How to follow it.
    pub advice: &'static str,
    /// An exchange that follows it.
    pub good: ExampleExchange,
    /// An exchange that violates it, which proves that it is judged.
    pub bad: ExampleExchange,
}

/// A request, and the response to it.
#[derive(Debug)]
pub struct ExampleExchange {
    /// The method of the request.
    pub method: &'static str,
    /// The path after the base URL of the API, with the query.
    pub target: &'static str,
    /// The status of the response.
    pub status: u16,
    /// The body of the response, or the part of it that matters.
    pub body: &'static str,
}

impl Rule {
    /// Its good and its bad exchange, as lines.
    pub fn traces(&self) -> String {
        let Self { good, bad, .. } = self;
        format!("  good trace\n    {good}\n  bad trace\n    {bad}\n")
    }
}

impl fmt::Display for ExampleExchange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            method,
            target,
            status,
            body,
        } = self;
        write!(
            formatter,
            "{method} {API_PREFIX}{target} -> {status} {body}"
        )
    }
}

const fn example(
    method: &'static str,
    target: &'static str,
    status: u16,
    body: &'static str,
) -> ExampleExchange {
    ExampleExchange {
        method,
        target,
        status,
        body,
    }
}

/// A response is as documented.
pub(super) const ANSWER: &str = "PRV-SCHEMA";
/// It follows the page that takes precedence where the documents contradict each other.
pub(super) const READING: &str = "PRV-READING";
/// It has the required headers.
pub(super) const HEADERS: &str = "PRV-HEADERS";
/// A request is for an operation.
pub(super) const OPERATION: &str = "TRF-OPERATION";
/// A query is valid.
pub(super) const QUERY: &str = "TRF-QUERY";
/// A body is valid.
pub(super) const BODY: &str = "CLI-HTTP-2";
/// A credential is well-formed.
pub(super) const CREDENTIAL: &str = "CLI-AUTH-1";

/// A request has a credential.
pub(super) const PRESENCE: &str = "CLI-AUTH-6";
/// A request without a credential is rejected.
pub(super) const REJECTION: &str = "PRV-401-MISSING";

/// A list has at most as many rows as requested.
pub(super) const LIMIT: &str = "PRV-LIST-LIMIT";
/// A page says the truth of itself.
pub(super) const PAGE: &str = "PRV-LIST-PAGE";
/// An error names what is missing.
pub(super) const MISSING: &str = "PRV-404-UNKNOWN";
/// What was written comes back.
pub(super) const WRITTEN: &str = "PRV-WRITE-READ";
/// A response does not repeat the key.
pub(super) const SECRET: &str = "PRV-SECRET";
/// Counts, times and quoted values are possible.
pub(super) const CONSISTENT: &str = "PRV-CONSISTENT";
/// An object is the one that was requested.
pub(super) const OBJECT: &str = "TRF-OBJECT";

/// Rules that a single exchange can violate.
const IDS: [&str; 16] = [
    ANSWER, READING, HEADERS, REJECTION, LIMIT, PAGE, MISSING, WRITTEN, SECRET, CONSISTENT, OBJECT,
    OPERATION, QUERY, BODY, CREDENTIAL, PRESENCE,
];

/// A page of a list.
const ORDERS: &str = r#"{"orders":[],"total":0,"limit":1,"offset":0}"#;

/// Every rule that applies to traffic only.
pub const RULES: &[Rule] = &[
    Rule {
        id: OPERATION,
        rule: "Every request is for an operation of the contract.",
        why: "Any other request gets 404 or 405, or reaches something that no document promises.",
        source: "the table of operations",
        exercised_by: "a request to the API",
        tolerance: "HEAD and OPTIONS, which the contract does not mention",
        advice: "Look up the method and path in the contract; only the id in a path varies.",
        good: example("GET", "/orders?limit=1", 200, ORDERS),
        bad: example(
            "GET",
            "/order?limit=1",
            404,
            r#"{"code":"NOT_FOUND","message":"…"}"#,
        ),
    },
    Rule {
        id: QUERY,
        rule: "A query parameter of an operation has a value that the contract allows, and is given once unless it may be repeated.",
        why: "The server rejects the request, or ignores the parameter and returns something other than the caller asked for.",
        source: "the table of query parameters",
        exercised_by: "a query parameter that the operation has",
        tolerance: "parameters that are not in the contract; an assumed limit is only reported",
        advice: "Keep to the bounds and words of the parameter, and page with limit and offset.",
        good: example("GET", "/orders?limit=1", 200, ORDERS),
        bad: example("GET", "/orders?limit=1&limit=2", 200, ORDERS),
    },
    Rule {
        id: OBJECT,
        rule: "The object in a response is the one whose id is in the path of the request.",
        why: "The client takes the data of one object for those of another.",
        source: "the table of operations",
        exercised_by: "a success with an `id`, or with the id of what it belongs to, to a request with an id in its path",
        tolerance: "the id in another case",
        advice: "Look the object up by the whole id in the path. If a cache is in front of the server, its keys must contain the whole URL.",
        good: example(
            "GET",
            "/orders/a1",
            200,
            r#"{"id":"a1","title":"Hotels","status":"RECEIVED"}"#,
        ),
        bad: example(
            "GET",
            "/orders/a1",
            200,
            r#"{"id":"a2","title":"Mills","status":"RECEIVED"}"#,
        ),
    },
];

/// The rule with that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id.eq_ignore_ascii_case(id))
}

/// A rule that traffic is judged by, from any table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RuleInfo {
    pub(crate) id: &'static str,
    pub(crate) rule: &'static str,
    pub(crate) source: &'static str,
    /// Its level; `None` for a server check, which has evidence instead.
    pub(crate) level: Option<Level>,
    /// What exercises it.
    pub(crate) exercised_by: &'static str,
    /// What it tolerates.
    pub(crate) tolerance: Option<&'static str>,
    /// How to follow it.
    pub(crate) advice: Option<&'static str>,
}

/// Every rule that traffic is judged by.
pub(crate) fn all() -> impl Iterator<Item = RuleInfo> {
    ids().filter_map(about)
}

fn ids() -> impl Iterator<Item = &'static str> {
    IDS.into_iter().chain(rules::ids()).chain([url_keys::ID])
}

pub(super) fn about(id: &str) -> Option<RuleInfo> {
    if let Some(rule) = find(id) {
        return Some(RuleInfo {
            id: rule.id,
            rule: rule.rule,
            source: rule.source,
            level: Some(Level::Must),
            exercised_by: rule.exercised_by,
            tolerance: Some(rule.tolerance),
            advice: Some(rule.advice),
        });
    }
    if let Some(rule) = clients::find(id) {
        return Some(RuleInfo {
            id: rule.id,
            rule: rule.rule,
            source: rule.source,
            level: Some(rule.level),
            exercised_by: if rule.id == url_keys::ID {
                url_keys::EXERCISED_BY
            } else {
                rule.exercised_by
            },
            tolerance: Some(rule.tolerance),
            advice: Some(rule.advice),
        });
    }
    let check = checks::find(id)?;
    Some(RuleInfo {
        id: check.id,
        rule: check.rule,
        source: check.source,
        level: None,
        exercised_by: if check.id == REJECTION {
            "a request without an Authorization header, and its response"
        } else {
            "a response of an operation that was recorded with its body"
        },
        tolerance: None,
        advice: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_in_one_table() {
        let about: Vec<_> = all().map(|about| about.id).collect();
        assert_eq!(about, ids().collect::<Vec<_>>());
    }
}
