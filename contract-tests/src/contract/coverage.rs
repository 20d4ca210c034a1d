//! Which of the documented answers were seen, and how many of them were right.
//!
//! Seen, valid and invalid are counted apart: an answer that was seen a hundred times and never
//! right is not covered.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
};

use http::{Method, header};
use schemas::{
    ErrorCode, Evidence, Operation, OperationId, Profile, documents::Document, operations,
};
use serde_json::{Value, json};

use crate::{
    contract::{
        Contract, Keywords,
        ambiguities::{self, ReadingCounts, ReadingMatch},
        duplicates, response_headers,
        schema_coverage::SchemaCoverage,
        unseen::{self, Unseen},
    },
    finding::{Exchange, NotPassed, SeenCount, Violation},
};

/// An answer of the contract: operation, status and error code.
type ResponseKey = (OperationId, u16, Option<String>);

/// Bytes of an error code that are kept; those of the contract are shorter.
const MAX_CODE: usize = 64;
/// Answers that are told apart. There are some hundreds in the contract; a server might make up more.
const MAX_ANSWERS: usize = 2_000;
/// Media types of an answer that are told apart; those after them are counted together.
const MAX_MEDIA_TYPES: usize = 8;
/// Bytes of a media type that are kept.
const MAX_MEDIA_TYPE: usize = 64;

/// What was seen so far.
#[derive(Debug, Default)]
pub struct CoverageLog(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    counts: HashMap<ResponseKey, Count>,
    /// The first answer of each operation that is not as it should be, by what it should be.
    violations: HashMap<(OperationId, Aspect), Violation>,
    readings: ReadingCounts,
}

/// What every answer of an operation should be.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Aspect {
    /// Come to its end.
    Whole,
    /// Of its documented shape.
    Shape,
    /// With the headers that belong to it.
    Headers,
    /// As the authority has it, where the documents contradict one another.
    Reading,
}

#[derive(Clone, Debug, Default)]
struct Count {
    seen: usize,
    valid: usize,
    /// How often it was declared as what.
    media_types: Vec<(String, usize)>,
    /// The body that it is, and what was seen of its schema.
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
            // Answers beyond the bound are counted together, whatever they are.
            Some(_) => {}
            none => *none = Some((document, one)),
        }
    }
}

impl Entries {
    /// Takes note of an answer that is not as it should be; the first is kept.
    fn keep_violation(
        &mut self,
        operation: &Operation,
        aspect: Aspect,
        violation: Option<Violation>,
    ) {
        if let Some(violation) = violation {
            let first = self.violations.entry((operation.id, aspect));
            first.or_insert(violation);
        }
    }

    /// An answer of the operation was seen.
    fn require_seen(&self, operation: &Operation) -> Result<(), NotPassed> {
        if self.counts.keys().any(|(id, ..)| *id == operation.id) {
            return Ok(());
        }
        let reason = "needs an answer of this operation, and none was seen";
        Err(NotPassed::Skipped(reason.to_owned()))
    }
}

impl CoverageLog {
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0
            .lock()
            .expect("nobody panics with the ledger in hand")
    }

    /// Notes an answer, if it is one of the contract's operations'. One to `HEAD` has no body to judge.
    pub(crate) fn note(&self, contract: &Contract, exchange: &Exchange, readings: &[ReadingMatch]) {
        let Some(operation) = exchange
            .operation()
            .filter(|_| exchange.method() != Method::HEAD)
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
        ];
        let mut entries = self.lock();
        entries.readings.note(readings);
        for (aspect, violation) in aspects {
            entries.keep_violation(operation, aspect, violation);
        }
        let mut answer = (operation.id, exchange.status.as_u16(), code);
        if entries.counts.len() >= MAX_ANSWERS && !entries.counts.contains_key(&answer) {
            answer.2 = None;
        }
        let count = entries.counts.entry(answer).or_default();
        count.seen += 1;
        count.count_media_type(media_type(exchange));
        if let Some((document, schema_coverage)) = schema_coverage {
            count.add_coverage(document, schema_coverage);
        }
        count.valid += usize::from(violation.is_none());
        entries.keep_violation(operation, Aspect::Shape, violation);
    }

    /// What was done where the documents contradict one another.
    pub(crate) fn readings(&self) -> ReadingCounts {
        self.lock().readings.clone()
    }

    /// Notes an answer that did not come whole.
    pub fn note_broken(&self, operation: &Operation, broken: &Violation) {
        self.lock()
            .keep_violation(operation, Aspect::Whole, Some(broken.clone()));
    }

    /// Every answer of the operation was as it should be; skipped where none was seen.
    pub(crate) fn outcome(&self, operation: &Operation, aspect: Aspect) -> Result<(), NotPassed> {
        let mut entries = self.lock();
        if let Some(violation) = entries.violations.remove(&(operation.id, aspect)) {
            return Err(violation.into());
        }
        entries.require_seen(operation)
    }

    /// One row for every answer of the contract, then those that were seen though they are not in it.
    pub fn coverage(
        &self,
        contract: &Contract,
        sandbox: bool,
        profile: Profile,
    ) -> Vec<CoverageRow> {
        let mut counts = self.lock().counts.clone();
        let row = |answer, count| CoverageRow::new(contract, profile, answer, count);
        let mut rows = Vec::new();
        for operation in operations::all() {
            let success = (operation.success.as_u16(), None);
            let errors = operation
                .all_errors()
                .map(|code| (contract.expected.status(code), Some(code)));
            for (status, code) in std::iter::once(success).chain(errors) {
                let text = code.map(|code| code.as_str().to_owned());
                let answer = (operation.id, status, text);
                let count = counts.remove(&answer).unwrap_or_default();
                let unseen = (count.seen == 0).then(|| {
                    let prevented =
                        code.and_then(|code| contract.expected.reason_impossible(operation, code));
                    prevented.map_or_else(
                        || unseen::unseen(operation, code, sandbox, profile),
                        Unseen::never,
                    )
                });
                rows.push(CoverageRow {
                    documented: true,
                    unseen,
                    ..row(answer, count)
                });
            }
        }
        let mut others: Vec<_> = counts.into_iter().collect();
        others.sort_by_key(|((id, status, code), _)| (*id as usize, *status, code.clone()));
        rows.extend(others.into_iter().map(|(answer, count)| row(answer, count)));
        rows
    }
}

/// An answer, and how often it was seen.
#[derive(Clone, Debug)]
pub struct CoverageRow {
    /// The operation.
    pub operation: &'static Operation,
    /// The status.
    pub status: u16,
    /// The error code; none where it is a success, or has no code.
    pub code: Option<String>,
    /// Whether the contract has it.
    pub documented: bool,
    /// How often it was seen.
    pub seen: usize,
    /// How often it was right.
    pub valid: usize,
    /// How often it was declared as what.
    pub media_types: Vec<(String, usize)>,
    /// The fields and words of its body that were not in any; nothing where none was seen.
    pub never_seen: Vec<String>,
    /// What came of the keywords of its body's schema, where one was seen.
    pub keywords: Option<Keywords>,
    /// Why it was not seen, where it was not.
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

    /// Whether it counts for how much was seen: it was, or could have been.
    pub fn is_expected(&self) -> bool {
        self.documented && self.unseen.is_none_or(|unseen| unseen.expected)
    }
}

/// What is wrong with an answer, whatever was asked.
pub(crate) fn body_violation(
    contract: &Contract,
    operation: &Operation,
    exchange: &Exchange,
) -> Option<Violation> {
    body_violation_as(contract, expected_document(operation, exchange), exchange)
}

/// What is wrong with an answer that is to be this body.
fn body_violation_as(
    contract: &Contract,
    document: Result<Option<Document>, Box<Violation>>,
    exchange: &Exchange,
) -> Option<Violation> {
    match document {
        Err(violation) => Some(*violation),
        Ok(None) => None,
        Ok(Some(document)) => {
            let violation = contract.violation(document, exchange.json());
            let violation = violation.or_else(|| duplicates::violation(&exchange.body))?;
            Some(Violation {
                exchange: Some(exchange.clone()),
                ..violation
            })
        }
    }
}

/// Which body of the contract an answer says it is, if it is one.
pub(crate) fn document_of(exchange: &Exchange) -> Option<Document> {
    let operation = exchange.operation()?;
    expected_document(operation, exchange).ok().flatten()
}

/// What an answer is declared as, without parameters.
fn media_type(exchange: &Exchange) -> &str {
    let declared = exchange.header(header::CONTENT_TYPE).unwrap_or("none");
    let essence = declared.split(';').next().unwrap_or_default().trim();
    &essence[..essence.floor_char_boundary(MAX_MEDIA_TYPE)]
}

/// Which body of the contract an answer says it is; none where success has none.
fn expected_document(
    operation: &Operation,
    exchange: &Exchange,
) -> Result<Option<Document>, Box<Violation>> {
    let body = exchange.json();
    if exchange.status.is_success() && operation.response.is_none() && exchange.body.is_empty() {
        return Ok(None);
    }
    let status = exchange.status.as_u16();
    let wrong = |message: &str, at: &str, expected: Value, actual: Value| {
        // Only these statuses are documented; what else a server answers with is its own affair.
        let documented = matches!(status, 200..300 | 401 | 403 | 429);
        Err(Box::new(Violation {
            message: message.to_owned(),
            at: at.to_owned(),
            expected,
            actual,
            evidence: (!documented).then_some(Evidence::Assumed),
            exchange: Some(exchange.clone()),
            ..Violation::default()
        }))
    };
    if !media_type(exchange).eq_ignore_ascii_case("application/json") {
        let media_type = exchange.header(header::CONTENT_TYPE).unwrap_or_default();
        let expected = json!("application/json");
        return wrong(
            "the answer is not declared as JSON",
            "header content-type",
            expected,
            json!(media_type),
        );
    }
    if exchange.status.is_success() {
        return Ok(operation.response);
    }
    let Some(code) = body["code"]
        .as_str()
        .and_then(|code| code.parse::<ErrorCode>().ok())
    else {
        let known = operation
            .all_errors()
            .map(|code| json!(code))
            .collect::<Vec<_>>()
            .into();
        return wrong(
            "the error has no code of the contract",
            "$.code",
            known,
            body["code"].clone(),
        );
    };
    let right = code.facts().status;
    // On the status of this one the documents disagree.
    if status == right || (code == ErrorCode::ValidationError && status == 400) {
        return Ok(Some(Document::Error(code)));
    }
    wrong(
        "the error code comes with another status",
        "status",
        json!(right),
        json!(status),
    )
}

impl SeenCount {
    /// Of these rows.
    pub fn of(rows: &[CoverageRow]) -> Self {
        let expected = || rows.iter().filter(|row| row.is_expected());
        Self {
            seen: expected().filter(|row| row.seen > 0).count(),
            of: expected().count(),
        }
    }
}
