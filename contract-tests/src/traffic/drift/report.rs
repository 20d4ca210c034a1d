//! Drift in the report, most severe first.

use std::collections::BTreeMap;

use super::{DifferenceKey, KnownDrift, SeenDifference};
use crate::{
    finding::redaction::Secrets,
    report::model::{Difference, Drift, DriftKind, Rank},
};

/// Maximum length of a path or a word in the report, in bytes.
const MAX_SHOWN: usize = 200;

impl DriftKind {
    pub(super) fn rank(self) -> Rank {
        match self {
            Self::Missing
            | Self::Type
            | Self::Format
            | Self::Bounds
            | Self::Status
            | Self::MediaType => Rank::Breaking,
            Self::Word => Rank::NewWord,
            Self::Field | Self::OtherSuccess => Rank::Additive,
        }
    }
}

impl Drift {
    pub(super) fn new(
        bodies: usize,
        ranks: BTreeMap<Rank, BTreeMap<String, SeenDifference>>,
        left_out: usize,
        secrets: &Secrets,
        known_drift: &KnownDrift,
    ) -> Self {
        let all = ranks.into_values().flatten();
        let mut differences: Vec<_> = all
            .map(|(fingerprint, seen)| Difference::new(fingerprint, seen, secrets, known_drift))
            .collect();
        differences.sort_by(|difference, other| difference.order().cmp(&other.order()));
        let of_rank = |rank| {
            differences
                .iter()
                .filter(|difference| difference.rank == rank)
                .count()
        };
        Self {
            bodies,
            breaking: of_rank(Rank::Breaking),
            new_words: of_rank(Rank::NewWord),
            additive: of_rank(Rank::Additive),
            known: differences
                .iter()
                .filter(|difference| difference.known)
                .count(),
            differences,
            left_out,
        }
    }
}

impl Difference {
    fn new(
        fingerprint: String,
        seen: SeenDifference,
        secrets: &Secrets,
        known_drift: &KnownDrift,
    ) -> Self {
        let SeenDifference {
            key,
            evidence,
            types,
            first,
            count,
        } = seen;
        let DifferenceKey {
            side,
            operation,
            status,
            at,
            kind,
            word,
        } = key;
        Self {
            known: known_drift.has(&fingerprint),
            fingerprint,
            rank: kind.rank(),
            kind,
            side,
            operation: operation.into(),
            status,
            at: secrets.redact(&at).truncated(MAX_SHOWN),
            word: secrets.redact(&word).truncated(MAX_SHOWN),
            types: types.into_iter().map(Into::into).collect(),
            evidence,
            first: secrets.redact(&first),
            count,
        }
    }

    fn order(&self) -> impl Ord + use<'_> {
        let fingerprint = &self.fingerprint;
        (
            self.rank,
            &self.operation,
            self.status,
            &self.at,
            fingerprint,
        )
    }
}
