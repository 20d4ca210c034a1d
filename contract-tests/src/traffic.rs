//! The judge of traffic: the requests and responses of a recording, or those that pass through the proxy.
//!
//! ```text
//! HAR, journal ──▶ recorded exchanges ──▶ judge: requests, responses ──▶ findings ──▶ report, exit code
//!                                           └──▶ a trace for each key ──▶ rules of clients
//! ```
//!
//! `drift` reports every difference from the contract, without a verdict.
//!
//! A recording may lack bodies, headers or times. Missing parts are not judged, and never pass.

mod base;
mod budget;
mod console;
mod correspondence;
mod credential;
pub mod drift;
mod har;
mod journal;
mod judge;
mod known_keys;
mod left_out;
mod masks;
mod proxy;
mod recorded;
mod requests;
mod responses;
mod rules;
mod table;
mod traffic_report;
mod url_keys;
mod verdict;

use std::{
    borrow::Cow,
    io::{self, Read},
    path::PathBuf,
};

use url::Url;

use self::{base::Base, har::AttachedFiles, judge::Judge, recorded::Recording};
pub use self::{
    console::console,
    proxy::{Deadlines, MAX_THREADS, Proxy, ProxyError, ProxyOptions},
    table::{ExampleExchange, RULES, Rule, find},
    traffic_report::{TrafficSource, catalog},
    verdict::{Finding, TrafficResult},
};
use crate::{finding::baseline::Baseline, http::Trust};

/// Maximum size of a recording, in bytes.
const MAX_RECORDING: u64 = 256 * 1024 * 1024;

/// How a recording is judged.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The base URL of the API; by default, the one under which most requests match an operation.
    pub base: Option<Url>,
    /// The directory with the bodies that an archive has in separate files.
    pub folder: Option<PathBuf>,
    /// Whether assumptions also fail, and fields that are not in the contract.
    pub strict: bool,
    /// Known failures.
    pub baseline: Baseline,
    /// Differences that the report of an earlier run lists.
    pub known_drift: drift::KnownDrift,
    /// Trusted certificates for the server behind a proxy.
    pub trust: Trust,
}

/// The formats of recordings.
#[derive(Clone, Copy, Debug)]
pub enum Format {
    /// HTTP Archive 1.2, as browsers, proxies and the sandbox write it.
    Har,
    /// The sandbox's journal as NDJSON.
    Journal,
}

/// Why a recording cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum TrafficError {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    /// It is larger than any plausible recording.
    #[error("is larger than {MAX_RECORDING} bytes; record less, or split the recording")]
    TooLong,
    /// It is not a recording.
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
    let mut recording: Recording = match format {
        Format::Har => {
            let (archive, mut attached) = AttachedFiles::open(bytes, options.folder.clone())?;
            har::read(&text(&archive)?, &mut attached)?
        }
        Format::Journal => journal::read(&text(&bytes)?)?,
    };
    let given = options.base.as_ref().map(|base| match format {
        Format::Har => Base::new(base),
        Format::Journal => Base::new(&journal::base(base)),
    });
    let base = given.or_else(|| base::find(&recording.exchanges));
    credential::note_kept(&mut recording.exchanges, base.as_ref());
    let mut judge = Judge::new(options, base)?;
    judge.begin(&recording);
    for exchange in recording.exchanges {
        judge.judge(exchange);
    }
    Ok(judge.end())
}

/// The text as UTF-8 without a byte order mark. A redirection of PowerShell writes UTF-16, with a mark.
fn text(bytes: &[u8]) -> Result<Cow<'_, [u8]>, TrafficError> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xEF, 0xBB, 0xBF, text @ ..] => return Ok(Cow::Borrowed(text)),
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => return Ok(Cow::Borrowed(bytes)),
    };
    let (units, rest) = bytes[2..].as_chunks();
    let text: Result<String, _> = char::decode_utf16(units.iter().copied().map(unit)).collect();
    match text {
        Ok(text) if rest.is_empty() => Ok(Cow::Owned(text.into_bytes())),
        Ok(_) | Err(_) => Err(TrafficError::NoRecording(
            "begins as UTF-16 but is not valid UTF-16; save it as UTF-8".to_owned(),
        )),
    }
}
