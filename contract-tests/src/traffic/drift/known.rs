//! The differences in the JSON report of an earlier run.

use std::{collections::BTreeSet, fs, io, path::Path};

use serde::Deserialize;

/// Maximum size of a report, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Fingerprints of known differences.
#[derive(Clone, Debug, Default)]
pub struct KnownDrift(BTreeSet<String>);

/// Why the report of an earlier run cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KnownDriftError {
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] io::Error),
    /// It is too large.
    #[error("larger than {MAX_BYTES} bytes")]
    TooLong,
    /// It is not a report of traffic.
    #[error(
        "not a report of traffic: {0}; use a file that --report json=FILE of har, journal or proxy wrote"
    )]
    NoReport(#[from] serde_json::Error),
}

/// The part of a report that is read.
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
    /// Reads the fingerprints of a report.
    pub fn read(path: &Path) -> Result<Self, KnownDriftError> {
        if fs::metadata(path)?.len() > MAX_BYTES {
            return Err(KnownDriftError::TooLong);
        }
        let Report { drift } = serde_json::from_slice(&fs::read(path)?)?;
        let differences = drift.differences.into_iter();
        Ok(Self(
            differences
                .map(|difference| difference.fingerprint)
                .collect(),
        ))
    }

    pub(super) fn has(&self, fingerprint: &str) -> bool {
        self.0.contains(fingerprint)
    }
}
