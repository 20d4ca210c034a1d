//! Detects drift: every difference between traffic and the contract. Drift never fails a run; rules do.
//!
//! A difference has a fingerprint that is the same in every run: it depends on operation, status, path, kind, and the
//! type or word that was seen, never on order, counts, ids or other values.

use crate::report::model::{Drift, DriftKind, Rank, Side};

mod body;
mod known;
mod report;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use schemas::{ErrorCode, Evidence, Operation, documents::Document};
use serde_json::Value;
use sha2::{Digest, Sha256};

use self::body::FoundDifference;
pub use self::known::{KnownDrift, KnownDriftError};
use super::{
    recorded::{RecordedExchange, RecordedResponse},
    requests::media_type,
};
use crate::{contract::Contract, finding::redaction::Secrets};

/// Maximum number of listed differences of each rank; the others are only counted.
const MAX_DIFFERENCES: usize = 200;
/// Length of a fingerprint in bytes; enough to distinguish some hundreds of differences.
const FINGERPRINT: usize = 6;

/// What differs, and where: everything that a fingerprint depends on.
#[derive(Clone, Debug)]
struct DifferenceKey {
    side: Side,
    operation: &'static str,
    /// None for requests.
    status: Option<u16>,
    at: String,
    kind: DriftKind,
    /// The type or word that was seen; empty for other kinds.
    word: String,
}

impl DifferenceKey {
    fn fingerprint(&self) -> String {
        let status = self.status.map(|status| status.to_string());
        let status = status.unwrap_or_default();
        let kind: &str = self.kind.into();
        let mut hash = Sha256::new();
        for part in [self.operation, &status, &self.at, kind, &self.word] {
            hash.update(part.as_bytes());
            // Separates the parts.
            hash.update([0]);
        }
        hex::encode(&hash.finalize()[..FINGERPRINT])
    }
}

#[derive(Debug)]
struct SeenDifference {
    key: DifferenceKey,
    evidence: Option<Evidence>,
    /// The types of a field that is not in the contract.
    types: BTreeSet<&'static str>,
    first: String,
    count: usize,
}

/// Takes exchanges one after the other and collects their differences.
#[derive(Debug, Default)]
pub(super) struct DriftDetector {
    /// The number of compared bodies.
    bodies: usize,
    /// By fingerprint, so that the order of the exchanges does not affect which differences are kept.
    ranks: BTreeMap<Rank, BTreeMap<String, SeenDifference>>,
    /// Number of occurrences of differences beyond the limit.
    left_out: usize,
}

impl DriftDetector {
    /// Compares an exchange of an operation with the contract.
    pub(super) fn note(
        &mut self,
        contract: &Contract,
        operation: &'static Operation,
        exchange: &RecordedExchange,
    ) {
        if let (Some(document), Some(body)) = (operation.request, &exchange.request.body) {
            self.bodies += 1;
            let differences = differences(contract, document, body);
            self.count(Side::Client, operation, None, &exchange.place, differences);
        }
        let Some(response) = &exchange.answer else {
            return;
        };
        self.bodies += usize::from(response.message.body.is_some());
        let differences = response_differences(contract, operation, response);
        let status = Some(response.status);
        self.count(
            Side::Server,
            operation,
            status,
            &exchange.place,
            differences,
        );
    }

    /// Counts each difference once per exchange, even if an exchange contains it repeatedly.
    fn count(
        &mut self,
        side: Side,
        operation: &'static Operation,
        status: Option<u16>,
        place: &str,
        differences: Vec<FoundDifference>,
    ) {
        let mut counted = BTreeSet::new();
        for difference in differences {
            let key = DifferenceKey {
                side,
                operation: operation.id.as_str(),
                status,
                at: difference.at,
                kind: difference.kind,
                word: difference.word,
            };
            let fingerprint = key.fingerprint();
            let rank = self.ranks.entry(key.kind.rank()).or_default();
            let seen = rank
                .entry(fingerprint.clone())
                .or_insert_with(|| SeenDifference {
                    key,
                    evidence: difference.evidence,
                    types: BTreeSet::new(),
                    first: place.to_owned(),
                    count: 0,
                });
            seen.types.extend(difference.types);
            seen.count += usize::from(counted.insert(fingerprint));
            // A dropped difference never comes back, so the order does not matter.
            if rank.len() > MAX_DIFFERENCES
                && let Some((_, dropped)) = rank.pop_last()
            {
                self.left_out += dropped.count;
            }
        }
    }

    /// All differences, without secrets.
    pub(super) fn end(self, secrets: &Secrets, known_drift: &KnownDrift) -> Drift {
        Drift::new(self.bodies, self.ranks, self.left_out, secrets, known_drift)
    }
}

/// Differences in a recorded body.
fn differences(contract: &Contract, document: Document, body: &[u8]) -> Vec<FoundDifference> {
    match serde_json::from_slice::<Value>(body) {
        Ok(body) => body::differences(contract, document, &body),
        Err(_) => vec![FoundDifference::new("$", DriftKind::Type, "no JSON", None)],
    }
}

/// Differences in a response: its status, media type, code and body.
fn response_differences(
    contract: &Contract,
    operation: &Operation,
    response: &RecordedResponse,
) -> Vec<FoundDifference> {
    let status = response.status;
    let success = (200..300).contains(&status);
    let documented = success || matches!(status, 401 | 403 | 429);
    let evidence = Some(if documented {
        Evidence::Documented
    } else {
        Evidence::Assumed
    });
    let mut errors = operation.all_errors().map(|code| code.facts().status);
    if success && status != operation.success.as_u16() {
        let mut differences = vec![FoundDifference::new(
            "status",
            DriftKind::OtherSuccess,
            "",
            None,
        )];
        differences.extend(success_differences(contract, operation, response, evidence));
        return differences;
    }
    if success {
        return success_differences(contract, operation, response, evidence);
    }
    if !errors.any(|known| known == status) {
        return vec![FoundDifference::new(
            "status",
            DriftKind::Status,
            "",
            evidence,
        )];
    }
    if let Some(wrong_media_type) = wrong_media_type(response, evidence) {
        return vec![wrong_media_type];
    }
    error_differences(contract, operation, response, evidence)
}

fn success_differences(
    contract: &Contract,
    operation: &Operation,
    response: &RecordedResponse,
    evidence: Option<Evidence>,
) -> Vec<FoundDifference> {
    let Some(document) = operation.response else {
        return Vec::new();
    };
    if let Some(wrong_media_type) = wrong_media_type(response, evidence) {
        return vec![wrong_media_type];
    }
    let body = response.message.body.as_deref();
    let differences = body.map(|body| differences(contract, document, body));
    differences.unwrap_or_default()
}

/// The media type of a response, if it is not JSON.
fn wrong_media_type(
    response: &RecordedResponse,
    evidence: Option<Evidence>,
) -> Option<FoundDifference> {
    response.message.headers.as_ref()?;
    let declared = media_type(&response.message);
    let is_valid = declared.eq_ignore_ascii_case("application/json");
    let word = if declared.is_empty() {
        "none"
    } else {
        declared
    };
    let differences =
        || FoundDifference::new("header content-type", DriftKind::MediaType, word, evidence);
    (!is_valid).then(differences)
}

/// Errors are identified by their code; a recording without the body may have the code elsewhere.
fn error_differences(
    contract: &Contract,
    operation: &Operation,
    response: &RecordedResponse,
    evidence: Option<Evidence>,
) -> Vec<FoundDifference> {
    let one = |kind, word: &str| vec![FoundDifference::new("$.code", kind, word, evidence)];
    let body = response.message.body.as_deref();
    let json: Option<Value> = body.and_then(|body| serde_json::from_slice(body).ok());
    let code = match (&json, body, &response.code) {
        (Some(json), _, _) => json["code"].as_str(),
        (None, Some(_), _) => {
            return vec![FoundDifference::new(
                "$",
                DriftKind::Type,
                "no JSON",
                evidence,
            )];
        }
        (None, None, Some(code)) => Some(code.as_str()),
        (None, None, None) => return Vec::new(),
    };
    let Some(code) = code else {
        return one(DriftKind::Missing, "");
    };
    let known = code.parse::<ErrorCode>().ok();
    let known = known.filter(|known| operation.all_errors().any(|one| one == *known));
    let Some(known) = known else {
        return one(DriftKind::Word, code);
    };
    // The documents contradict each other about this status.
    let either = known == ErrorCode::ValidationError && response.status == 400;
    if known.facts().status != response.status && !either {
        return one(DriftKind::Status, code);
    }
    let document = Document::Error(known);
    json.map(|json| body::differences(contract, document, &json))
        .unwrap_or_default()
}
