//! Which of the documented responses were seen, and how many of them were valid.
//!
//! Seen, valid and invalid are counted separately: a response that was seen a hundred times and never valid is not covered.

mod body;
mod successes;

use std::collections::{HashMap, hash_map::Entry};

use http::Method;
use parking_lot::Mutex;
use schemas::{ErrorCode, Operation, OperationId, Profile, documents::Document, operations};

pub(crate) use self::body::{body_violation, document_of};
use self::body::{body_violation_as, expected_document, media_type};
use crate::{
    contract::{
        Contract, Keywords,
        ambiguities::{self, ReadingCounts, ReadingMatch},
        consistency, list_page, response_headers,
        schema_coverage::SchemaCoverage,
        unseen::{self, Unseen},
    },
    finding::{Exchange, NotPassed, SeenCount, Violation},
};

/// Identifies a response of the contract: operation, status and error code.
type ResponseKey = (OperationId, u16, Option<String>);

/// Why responses of an operation cannot be judged if there are none.
pub(crate) const NO_RESPONSE: &str = "needs a response of this operation, and none was seen";
/// Why it is not known whether an operation exists.
pub(crate) const NO_RESPONSE_TO_A_KEY: &str = "needs a response to a valid key, and none was seen";
/// Maximum length of an error code in bytes; those of the contract are shorter.
const MAX_CODE: usize = 64;
/// Maximum number of distinct responses. The contract has some hundreds; a server might invent more.
const MAX_RESPONSES: usize = 2_000;
/// Maximum number of distinct media types of a response; further ones are counted together.
const MAX_MEDIA_TYPES: usize = 8;

/// The responses seen so far.
#[derive(Debug, Default)]
pub struct CoverageLog(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    counts: HashMap<ResponseKey, Count>,
    /// The worst violation of each operation, by aspect.
    violations: HashMap<(OperationId, Aspect), Violation>,
    readings: ReadingCounts,
}

/// An aspect that every response of an operation is checked for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Aspect {
    /// It is complete.
    Whole,
    /// It has its documented shape.
    Shape,
    /// It has its headers.
    Headers,
    /// It follows the authority where the documents contradict one another.
    Reading,
    /// What a page of a list says of itself is true.
    Page,
    /// It agrees with its request and with itself.
    Consistency,
}

#[derive(Clone, Debug, Default)]
struct Count {
    seen: usize,
    valid: usize,
    /// The declared media types, with counts.
    media_types: Vec<(String, usize)>,
    /// Its document, and the coverage of that document's schema.
    schema_coverage: Option<(Document, SchemaCoverage)>,
}

impl Count {
    fn count_media_type(&mut self, media_type: &str) {
        let known = |one: &str| {
            self.media_types
                .iter()
                .position(|(known, _)| known.eq_ignore_ascii_case(one))
        };
        let full = self.media_types.len() >= MAX_MEDIA_TYPES;
        let name = if full && known(media_type).is_none() {
            "others"
        } else {
            media_type
        };
        match known(name) {
            Some(place) => self.media_types[place].1 += 1,
            None => self.media_types.push((name.to_ascii_lowercase(), 1)),
        }
    }

    fn add_coverage(&mut self, document: Document, one: SchemaCoverage) {
        match &mut self.schema_coverage {
            Some((known, schema_coverage)) if *known == document => schema_coverage.add(&one),
            // Responses beyond the limit are counted together, whatever they are.
            Some(_) => {}
            none => *none = Some((document, one)),
        }
    }
}

impl Entries {
    /// Keeps the worst violation. Concurrent checks receive responses in any order, so the first violation would differ between
    /// runs.
    fn keep_violation(
        &mut self,
        operation: &Operation,
        aspect: Aspect,
        violation: Option<Violation>,
    ) {
        let Some(violation) = violation.map(Violation::shortened) else {
            return;
        };
        match self.violations.entry((operation.id, aspect)) {
            Entry::Vacant(none) => {
                none.insert(violation);
            }
            Entry::Occupied(mut worst) => {
                if severity(&violation) < severity(worst.get()) {
                    worst.insert(violation);
                }
            }
        }
    }

    /// Skips the check if no response of the operation was seen.
    fn require_seen(&self, operation: &Operation) -> Result<(), NotPassed> {
        if self.counts.keys().any(|(id, ..)| *id == operation.id) {
            return Ok(());
        }
        Err(NotPassed::Skipped(NO_RESPONSE.to_owned()))
    }
}

/// Whether it redirects from a path with a trailing slash, which is a matter of the rule on these paths.
fn redirects_from_slash(exchange: &Exchange) -> bool {
    exchange.status.is_redirection() && exchange.request.path().ends_with('/')
}

/// Orders violations, worst first: those that no page allows, then those with the strongest evidence; on a tie, by place.
fn severity(violation: &Violation) -> impl Ord {
    (
        violation.accepted,
        violation.evidence,
        &violation.at,
        &violation.message,
    )
}

impl CoverageLog {
    /// Records a response of an operation of the contract. A response to `HEAD` has no body to check.
    pub(crate) fn note(&self, contract: &Contract, exchange: &Exchange, readings: &[ReadingMatch]) {
        let Some(operation) = exchange
            .operation()
            .filter(|_| exchange.method() != Method::HEAD && !redirects_from_slash(exchange))
        else {
            return;
        };
        let body = exchange.json();
        let code = body["code"]
            .as_str()
            .map(|code| code[..code.floor_char_boundary(MAX_CODE)].to_owned())
            .filter(|_| !exchange.status.is_success());
        let document = expected_document(operation, exchange);
        let is = document.as_ref().ok().copied().flatten();
        let violation = body_violation_as(contract, document, exchange);
        let schema_coverage =
            is.map(|is| (is, contract.schema_coverage(is, body, violation.is_none())));
        let aspects = [
            (
                Aspect::Headers,
                response_headers::violation(exchange, &contract.expected),
            ),
            (Aspect::Reading, ambiguities::deviation(exchange, readings)),
            (Aspect::Page, list_page::violation(operation, exchange)),
            (
                Aspect::Consistency,
                consistency::violation(operation, exchange),
            ),
        ];
        let mut entries = self.0.lock();
        entries.readings.note(readings);
        for (aspect, violation) in aspects {
            entries.keep_violation(operation, aspect, violation);
        }
        let mut key = (operation.id, exchange.status.as_u16(), code);
        if entries.counts.len() >= MAX_RESPONSES && !entries.counts.contains_key(&key) {
            key.2 = None;
        }
        let count = entries.counts.entry(key).or_default();
        count.seen += 1;
        count.count_media_type(media_type(exchange));
        if let Some((document, schema_coverage)) = schema_coverage {
            count.add_coverage(document, schema_coverage);
        }
        count.valid += usize::from(violation.is_none());
        entries.keep_violation(operation, Aspect::Shape, violation);
    }

    /// The readings that were followed where the documents contradict one another.
    pub(crate) fn readings(&self) -> ReadingCounts {
        self.0.lock().readings.clone()
    }

    /// Records an incomplete response.
    pub fn note_broken(&self, operation: &Operation, violation: &Violation) {
        self.0
            .lock()
            .keep_violation(operation, Aspect::Whole, Some(violation.clone()));
    }

    /// Whether every response of the operation was valid in this aspect; skipped if none was seen.
    pub(crate) fn outcome(&self, operation: &Operation, aspect: Aspect) -> Result<(), NotPassed> {
        let entries = self.0.lock();
        if let Some(violation) = entries.violations.get(&(operation.id, aspect)) {
            return Err(violation.clone().into());
        }
        entries.require_seen(operation)
    }

    /// A row for every response of the contract, then for other responses that were seen. `can_trigger`: whether the run can
    /// trigger a success, or an error with this code.
    pub fn coverage(
        &self,
        contract: &Contract,
        can_trigger: impl Fn(&Operation, Option<ErrorCode>) -> bool,
        profile: Profile,
    ) -> Vec<CoverageRow> {
        let mut counts = self.0.lock().counts.clone();
        let row = |key, count| CoverageRow::new(contract, profile, key, count);
        let mut rows = Vec::new();
        for operation in operations::all() {
            let success = (operation.success.as_u16(), None);
            let errors = operation
                .all_errors()
                .map(|code| (contract.expected.status(code), Some(code)));
            for (status, code) in std::iter::once(success).chain(errors) {
                let text = code.map(|code| code.as_str().to_owned());
                let key = seen_as(&counts, (operation.id, status, text));
                let count = counts.remove(&key).unwrap_or_default();
                let unseen = (count.seen == 0).then(|| {
                    let prevented =
                        code.and_then(|code| contract.expected.reason_impossible(operation, code));
                    prevented.map_or_else(
                        || {
                            let can_trigger = can_trigger(operation, code);
                            unseen::unseen(operation, code, can_trigger, profile)
                        },
                        Unseen::never,
                    )
                });
                rows.push(CoverageRow {
                    documented: true,
                    unseen,
                    ..row(key, count)
                });
            }
        }
        let mut others: Vec<_> = counts.into_iter().collect();
        others.sort_by_key(|((id, status, code), _)| (*id as usize, *status, code.clone()));
        rows.extend(others.into_iter().map(|(key, count)| row(key, count)));
        rows
    }
}

/// The response under the status with which it was seen: the documents disagree on that of a validation error.
fn seen_as(counts: &HashMap<ResponseKey, Count>, key: ResponseKey) -> ResponseKey {
    let (operation, status, code) = &key;
    let other = match status {
        400 => 422,
        422 => 400,
        _ => return key,
    };
    let other = (*operation, other, code.clone());
    let is_other = !counts.contains_key(&key) && counts.contains_key(&other);
    if is_other { other } else { key }
}

/// A response of an operation, and how often it was seen.
#[derive(Clone, Debug)]
pub struct CoverageRow {
    pub operation: &'static Operation,
    pub status: u16,
    /// `None` for a success, or an error without a code.
    pub code: Option<String>,
    /// Whether it is in the contract.
    pub documented: bool,
    pub seen: usize,
    pub valid: usize,
    /// The declared media types, with counts.
    pub media_types: Vec<(String, usize)>,
    /// The fields and enum values that no body had; empty if no body was seen.
    pub never_seen: Vec<String>,
    /// The coverage of the schema's keywords, if a body was seen.
    pub keywords: Option<Keywords>,
    /// Why it was not seen, if it was not.
    pub unseen: Option<Unseen>,
}

impl CoverageRow {
    fn new(
        contract: &Contract,
        profile: Profile,
        (operation, status, code): ResponseKey,
        count: Count,
    ) -> Self {
        let schema_coverage = count.schema_coverage.as_ref();
        let schema_coverage = schema_coverage
            .map(|(document, schema_coverage)| (contract.schema_index(*document), schema_coverage));
        let never_seen = schema_coverage.map(|(index, schema_coverage)| {
            let never = index.never_seen(schema_coverage, profile);
            never.map(ToOwned::to_owned).collect()
        });
        Self {
            operation: operation.operation(),
            status,
            code,
            documented: false,
            seen: count.seen,
            valid: count.valid,
            media_types: count.media_types,
            never_seen: never_seen.unwrap_or_default(),
            keywords: schema_coverage
                .map(|(index, schema_coverage)| index.keywords(schema_coverage)),
            unseen: None,
        }
    }

    /// Whether it counts for coverage: it was seen, or could have been.
    pub fn is_expected(&self) -> bool {
        self.documented && self.unseen.is_none_or(|unseen| unseen.expected)
    }
}

impl SeenCount {
    pub fn from_rows(rows: &[CoverageRow]) -> Self {
        let expected = || rows.iter().filter(|row| row.is_expected());
        Self {
            seen: expected().filter(|row| row.seen > 0).count(),
            of: expected().count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use schemas::Evidence;

    use super::*;

    #[test]
    fn keeps_the_worst_violation_in_any_order() {
        let violation = |at: &str, evidence, accepted| Violation {
            at: at.to_owned(),
            evidence,
            accepted,
            ..Violation::default()
        };
        let mut violations = [
            violation("$.c", None, false),
            violation("$.d", None, false),
            violation("$.b", Some(Evidence::Assumed), false),
            violation("$.a", None, true),
        ];
        let operation = OperationId::GetOrder.operation();
        for _ in 0..violations.len() {
            violations.rotate_left(1);
            let log = CoverageLog::default();
            for violation in &violations {
                log.note_broken(operation, violation);
            }
            let outcome = log.outcome(operation, Aspect::Whole);
            let Err(NotPassed::Violated(kept)) = outcome else {
                panic!("{outcome:?}")
            };
            assert_eq!(kept.at, "$.c");
        }
    }
}
