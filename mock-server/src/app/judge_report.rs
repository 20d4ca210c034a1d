//! The last report of `contract-tests` that was sent to this server, for the dashboard.
//!
//! Only what the dashboard shows is kept, and nothing of it is trusted: it is whatever somebody has sent.

use std::{borrow::Cow, ops::Deref, sync::Arc};

use jiff::Timestamp;
use parking_lot::Mutex;
use schemas::key::redact;
use serde::Deserialize;

use crate::budget::{Budget, OverBudget, Reserved};

/// Estimated bytes of memory for each byte of a report.
const MEMORY_PER_BYTE: usize = 3;

/// A report of the judge: the parts of its JSON format that the dashboard shows.
#[derive(Debug, Deserialize)]
pub(crate) struct JudgeReport {
    /// Always `contract-tests`.
    tool: String,
    /// What was judged: `provider`, `client`, `proxy`, `har` or `journal`.
    pub(crate) mode: Masked,
    /// The base URL of the server, the command line of the client, or the file of the recording.
    pub(crate) target: Masked,
    /// A description of the target.
    pub(crate) about: Masked,
    /// The verdict on the run, such as `pass`.
    pub(crate) verdict: Masked,
    /// How many of the checks have each verdict.
    pub(crate) counts: Counts,
    /// The checks or rules.
    pub(crate) checks: Vec<Check>,
    /// What a client did under each scenario.
    #[serde(default)]
    pub(crate) trials: Vec<Trial>,
}

/// A text of a report. What looks like a key is masked, although the judge masks it, too.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Masked(String);

impl From<String> for Masked {
    fn from(text: String) -> Self {
        match redact(&text) {
            Cow::Owned(masked) => Self(masked),
            Cow::Borrowed(_) => Self(text),
        }
    }
}

impl Deref for Masked {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// How many checks have each verdict.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Counts {
    pub(crate) pass: u64,
    pub(crate) fail: u64,
    pub(crate) known: u64,
    pub(crate) warn: u64,
    pub(crate) info: u64,
    pub(crate) skip: u64,
    pub(crate) inconclusive: u64,
}

/// The result of a check or a rule.
#[derive(Debug, Deserialize)]
pub(crate) struct Check {
    pub(crate) id: Masked,
    /// In upper case, such as `FAIL`.
    pub(crate) verdict: Masked,
    pub(crate) operation: Option<Masked>,
    pub(crate) scenario: Option<Masked>,
    /// What is wrong, as a sentence; the rule, if nothing is.
    pub(crate) message: Masked,
    /// Why there is no result, or why a failure is known.
    pub(crate) reason: Option<Masked>,
    /// How to fix it.
    pub(crate) fix: Option<Masked>,
    /// The command that repeats the check.
    pub(crate) replay: Option<Masked>,
}

/// What a client did under a scenario.
#[derive(Debug, Deserialize)]
pub(crate) struct Trial {
    pub(crate) scenario: Masked,
    /// What happens in the scenario.
    pub(crate) summary: Masked,
    /// The requests in order.
    pub(crate) calls: Vec<TrialRequest>,
    /// Number of requests that are not listed.
    #[serde(default)]
    pub(crate) left_out: u64,
}

/// A request of a client.
#[derive(Debug, Deserialize)]
pub(crate) struct TrialRequest {
    /// When it had arrived, in milliseconds since the start of the trial.
    pub(crate) at_ms: u64,
    /// When its response had been sent; `None` without a response.
    pub(crate) answered_ms: Option<u64>,
    /// The number of the connection.
    pub(crate) connection: u64,
    pub(crate) method: Masked,
    pub(crate) target: Masked,
    /// The status of the response.
    pub(crate) status: Option<u16>,
    /// Whether the response was complete.
    pub(crate) whole: bool,
    /// Milliseconds that the response asked the client to wait.
    pub(crate) asked_ms: Option<u64>,
}

/// Why a report is not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JudgeReportError {
    /// It is not JSON, or not a report.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// It is a report of another tool.
    #[error("must be `contract-tests`")]
    Tool,
    /// There is no memory left for it.
    #[error(transparent)]
    OverBudget(#[from] OverBudget),
}

impl JudgeReport {
    /// Parses the judge's JSON format.
    fn parse(json: &[u8]) -> Result<Self, JudgeReportError> {
        let report: Self = serde_json::from_slice(json)?;
        if report.tool != "contract-tests" {
            return Err(JudgeReportError::Tool);
        }
        Ok(report)
    }
}

/// A report that is kept.
#[derive(Debug)]
pub(crate) struct KeptReport {
    pub(crate) report: JudgeReport,
    /// When it was sent.
    pub(crate) at: Timestamp,
    _memory: Reserved,
}

/// The last report.
#[derive(Debug, Default)]
pub(crate) struct JudgeReports(Mutex<Option<Arc<KeptReport>>>);

impl JudgeReports {
    /// The last report, if there is one.
    pub(crate) fn last(&self) -> Option<Arc<KeptReport>> {
        self.0.lock().clone()
    }

    /// Keeps a report instead of the last one.
    pub(crate) fn keep(
        &self,
        json: &[u8],
        at: Timestamp,
        budget: &Arc<Budget>,
    ) -> Result<(), JudgeReportError> {
        let mut memory = budget.nothing();
        memory.grow(json.len() * MEMORY_PER_BYTE)?;
        let report = JudgeReport::parse(json)?;
        let kept = KeptReport {
            report,
            at,
            _memory: memory,
        };
        *self.0.lock() = Some(Arc::new(kept));
        Ok(())
    }
}
