//! Every check: a row of the table, and a function in the file of its topic.

/// A row of the table. Its function is async; the macro boxes its future.
macro_rules! check {
    ($id:literal, $evidence:expr, $source:expr, once $run:path, $($rest:tt)+) => {
        check!(@ $id, $evidence, $source, Once(|session| Box::pin($run(session))), $($rest)+)
    };
    ($id:literal, $evidence:expr, $source:expr, per_operation $filter:path => $run:path, $($rest:tt)+) => {
        check!(
            @ $id, $evidence, $source,
            PerOperation($filter, |session, operation| Box::pin($run(session, operation))),
            $($rest)+
        )
    };
    ($id:literal, $evidence:expr, $source:expr, after_per_operation $filter:path => $run:path, $($rest:tt)+) => {
        check!(@ $id, $evidence, $source, AfterPerOperation($filter, $run), $($rest)+)
    };
    ($id:literal, $evidence:expr, $source:expr, after_per_operation $run:path, $($rest:tt)+) => {
        check!(@ $id, $evidence, $source, AfterPerOperation($crate::provider::checks::any, $run), $($rest)+)
    };
    ($id:literal, $evidence:expr, $source:expr, after_once $run:path, $($rest:tt)+) => {
        check!(@ $id, $evidence, $source, AfterOnce($run), $($rest)+)
    };
    (
        @ $id:literal, $evidence:expr, $source:expr, $procedure:ident($($argument:expr),+),
        $requirements:expr, $rule:literal, because $why:literal
    ) => {
        $crate::provider::check::Check {
            id: $id,
            rule: $rule,
            why: $why,
            evidence: $evidence,
            source: $source,
            requirements: $requirements,
            procedure: $crate::provider::check::Procedure::$procedure($($argument),+),
        }
    };
}

mod access_tokens;
mod api_keys;
mod authentication;
mod counts;
mod discovery;
mod evidence;
mod filters;
mod http_rules;
mod invalid_values;
mod list_after_update;
mod lists;
mod methods;
pub(crate) mod oauth;
mod objects;
mod orders;
mod precedence;
mod properties;
mod prospect_searches;
mod rate_limit;
mod results;
mod scopes;
mod strangers;
mod table;
mod timing;
mod unknown_ids;
mod validation;
mod writes;

pub use self::table::CHECKS;
pub(crate) use self::{
    authentication::unauthenticated_request, lists::read_operation, rate_limit::exhaust_quota,
};

use schemas::{Operation, ScopeSet};

use crate::{
    contract::Aspect,
    finding::Outcome,
    provider::{absence, check::Check, session::Session},
};

fn any(_: &Operation) -> bool {
    true
}

fn is_get(operation: &Operation) -> bool {
    operation.method == http::Method::GET
}

/// Whether an API key can hold the required scopes.
fn open_to_keys(operation: &Operation) -> bool {
    ScopeSet::PUBLIC.contains_all(operation.scopes)
}

/// Whether the id in its path is unique across organizations. The ids of API keys are unique only within an organization.
fn has_unique_id(operation: &Operation) -> bool {
    open_to_keys(operation) && operation.has_id()
}

/// Whether the ids of its rows are unique across organizations.
fn lists_unique_ids(operation: &Operation) -> bool {
    open_to_keys(operation) && operation.is_list()
}

fn takes_no_body(operation: &Operation) -> bool {
    operation.request.is_none()
}

fn takes_body(operation: &Operation) -> bool {
    operation.request.is_some()
}

fn secret(session: &Session) -> Outcome {
    session.echo_detector.outcome()
}

fn existence(session: &Session, operation: &Operation) -> Outcome {
    absence::outcome(session, operation)
}

fn complete_responses(session: &Session, operation: &Operation) -> Outcome {
    session.coverage_log.outcome(operation, Aspect::Whole)
}

fn schema(session: &Session, operation: &Operation) -> Outcome {
    session.coverage_log.outcome(operation, Aspect::Shape)
}

fn headers(session: &Session, operation: &Operation) -> Outcome {
    session.coverage_log.outcome(operation, Aspect::Headers)
}

fn pages_seen(session: &Session, operation: &Operation) -> Outcome {
    session.coverage_log.require_success(operation)?;
    session.coverage_log.outcome(operation, Aspect::Page)
}

fn consistent_responses(session: &Session, operation: &Operation) -> Outcome {
    session.coverage_log.outcome(operation, Aspect::Consistency)
}

fn readings(session: &Session, operation: &Operation) -> Outcome {
    session.coverage_log.outcome(operation, Aspect::Reading)
}

/// The check with this id.
pub fn find(id: &str) -> Option<&'static Check> {
    CHECKS
        .iter()
        .find(|check| check.id.eq_ignore_ascii_case(id))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_texts_are_sentences() {
        let ids: HashSet<_> = CHECKS.iter().map(|check| check.id).collect();
        assert_eq!(ids.len(), CHECKS.len());
        for check in CHECKS {
            let sentences = [check.rule, check.why];
            assert!(check.id.starts_with("PRV-"), "{}", check.id);
            assert!(
                sentences.iter().all(|text| text.ends_with('.')),
                "{}",
                check.id
            );
        }
    }
}
