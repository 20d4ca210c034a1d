//! The judge of traffic that others have made: what a recording holds, or what passes by, is judged on both sides.
//!
//! ```text
//! HAR, journal ──▶ recorded exchanges ──▶ judge: requests, answers ──▶ findings ──▶ report, exit code
//!                                           └──▶ a trace for each key ──▶ rules of clients
//! ```
//!
//! What differs from the contract at all, `drift` tells, without a verdict.
//!
//! A recording lacks things: bodies, headers, times. What it does not hold is not judged, and is never green.

mod base;
mod console;
mod credential;
pub mod drift;
mod har;
mod journal;
mod judge;
mod proxy;
mod recorded;
mod requests;
mod responses;
mod rules;
mod table;
mod traffic_report;
mod verdict;

use std::{
    io::{self, Read},
    path::PathBuf,
};

use url::Url;

use self::{base::Base, har::AttachedFiles, judge::Judge, recorded::Recording};
pub use self::{
    console::console,
    proxy::{Proxy, ProxyError, ProxyOptions},
    table::{RULES, Rule, find},
    traffic_report::TrafficSource,
    verdict::{Finding, TrafficResult},
};
use crate::{finding::baseline::Baseline, http::Trust};

/// Bytes of a recording that are read.
const MAX_RECORDING: u64 = 256 * 1024 * 1024;

/// What a recording is judged by.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The base URL of the API, with its path; without it, that under which most requests are operations.
    pub base: Option<Url>,
    /// The folder with the files of an archive that has bodies in files of their own.
    pub folder: Option<PathBuf>,
    /// Whether what is only assumed fails, too, and fields that the contract does not have.
    pub strict: bool,
    /// Which failures are known.
    pub baseline: Baseline,
    /// Which differences from the contract an earlier run has told of.
    pub known_drift: drift::KnownDrift,
    /// Who may have signed the certificate of the server behind a proxy.
    pub trust: Trust,
}

/// The forms of recordings.
#[derive(Clone, Copy, Debug)]
pub enum Format {
    /// HTTP Archive 1.2, as browsers, proxies and the sandbox write it.
    Har,
    /// The sandbox's journal, a JSON object a line.
    Journal,
}

/// Why a recording cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum TrafficError {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// It is longer than anybody records.
    #[error("is longer than {MAX_RECORDING} bytes; record less, or judge it in parts")]
    TooLong,
    /// It is none.
    #[error("{0}")]
    NoRecording(String),
    /// The contract contradicts itself.
    #[error(transparent)]
    Contract(#[from] crate::contract::InvalidContract),
}

/// Judges a recording.
pub fn judge(
    format: Format,
    recording: impl Read,
    options: &Options,
) -> Result<TrafficResult, TrafficError> {
    let mut bytes = Vec::new();
    recording.take(MAX_RECORDING + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_RECORDING {
        return Err(TrafficError::TooLong);
    }
    let recording: Recording = match format {
        Format::Har => {
            let (archive, mut attached) = AttachedFiles::open(bytes, options.folder.clone())?;
            har::read(text(&archive), &mut attached)?
        }
        Format::Journal => journal::read(text(&bytes))?,
    };
    let given = options.base.as_ref().map(Base::new);
    let base = given.or_else(|| base::find(&recording.exchanges));
    let mut judge = Judge::new(options, base)?;
    judge.begin(&recording);
    for exchange in recording.exchanges {
        judge.judge(exchange);
    }
    Ok(judge.end())
}

/// Without the mark that some tools on Windows begin with.
fn text(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}
