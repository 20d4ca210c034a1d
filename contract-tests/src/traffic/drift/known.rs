//! The differences that an earlier run has told of, as its JSON report has them.

use std::{collections::BTreeSet, fs, io, path::Path};

use serde::Deserialize;

/// Bytes of a report at the most.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Fingerprints that are known.
#[derive(Clone, Debug, Default)]
pub struct KnownDrift(BTreeSet<String>);

/// Why a file says nothing of an earlier run.
#[derive(Debug, thiserror::Error)]
pub enum KnownDriftError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] io::Error),
    /// It is too long.
    #[error("it has more than {MAX_BYTES} bytes")]
    TooLong,
    /// It is something else.
    #[error(
        "it is no report of traffic: {0}; what --report json=FILE of har, journal or proxy has written would be right"
    )]
    NoReport(#[from] serde_json::Error),
}

/// What is read of a report; the rest is not needed.
#[derive(Deserialize)]
struct Report {
    drift: Drift,
}

#[derive(Deserialize)]
struct Drift {
    differences: Vec<Difference>,
}

#[derive(Deserialize)]
struct Difference {
    fingerprint: String,
}

impl KnownDrift {
    /// What the report in a file has.
    pub fn read(path: &Path) -> Result<Self, KnownDriftError> {
        if fs::metadata(path)?.len() > MAX_BYTES {
            return Err(KnownDriftError::TooLong);
        }
        let Report { drift } = serde_json::from_slice(&fs::read(path)?)?;
        let differences = drift.differences.into_iter();
        Ok(Self(differences.map(|one| one.fingerprint).collect()))
    }

    pub(super) fn has(&self, fingerprint: &str) -> bool {
        self.0.contains(fingerprint)
    }
}
