//! Known failures, each with a reason and an expiry date.
//!
//! A failure in the baseline does not fail the run. An entry that no longer fails, or has expired, does: a neglected baseline
//! would hide failures. No run adds entries by itself.

mod subject;
#[cfg(test)]
mod tests;

use std::{fs, io, path::Path};

use jiff::civil::Date;
use schemas::operations;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use toml::value::Datetime;

pub use self::subject::Subject;
use crate::finding::{RunFailure, Verdict};

/// Looks up the checks, rules and scenarios that entries name.
#[derive(Clone, Copy, Debug)]
pub struct Catalog {
    /// What a check or rule is about; `None` for an unknown id.
    pub find: fn(&str) -> Option<About>,
    /// Whether a scenario exists.
    pub has_scenario: fn(&str) -> bool,
}

/// What a check or a rule is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum About {
    /// Each operation of a server.
    EachOperation,
    /// A server as a whole.
    Server,
    /// A client program or traffic.
    Client,
}

/// Maximum size of a file in bytes.
const MAX_BYTES: u64 = 256 * 1024;

/// The known failures.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    known: Vec<Known>,
    today: Date,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    known: Vec<Known>,
}

/// A known failure.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Known {
    /// The check, or the rule for clients or traffic.
    check: String,
    /// `None` if the check is about a server as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    /// The scenario under which a client breaks the rule; any if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<String>,
    /// The place; any if missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// Why it is accepted.
    reason: String,
    /// The last day on which it is accepted.
    #[serde(
        deserialize_with = "deserialize_date",
        serialize_with = "serialize_date"
    )]
    expires: Date,
}

/// Why a file is not a valid baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It cannot be read. A missing file is an error: with a typo in its name, known failures would fail the run.
    #[error("{0}; --write-baseline writes a new one")]
    File(#[from] io::Error),
    #[error("longer than {MAX_BYTES} bytes")]
    TooLong,
    /// It is not TOML, or not of this form: line, column, and what is wrong.
    #[error("line {0}, column {1}: {2}")]
    Toml(usize, usize, String),
    /// An entry is invalid.
    #[error("entry {0}: {1}")]
    Entry(usize, String),
}

impl Baseline {
    pub fn read(path: &Path, today: Date, catalog: Catalog) -> Result<Self, BaselineError> {
        if fs::metadata(path)?.len() > MAX_BYTES {
            return Err(BaselineError::TooLong);
        }
        Self::parse(&fs::read_to_string(path)?, today, catalog)
    }

    fn parse(text: &str, today: Date, catalog: Catalog) -> Result<Self, BaselineError> {
        let File { known } = toml::from_str(text).map_err(|error| misread(text, &error))?;
        for (number, entry) in (1..).zip(&known) {
            entry
                .check(catalog)
                .map_err(|wrong| BaselineError::Entry(number, wrong))?;
        }
        Ok(Self { known, today })
    }

    /// Marks a failure in the baseline as known.
    pub(crate) fn apply(&self, finding: &mut impl Subject) {
        if finding.verdict() != Verdict::Fail {
            return;
        }
        let known = self
            .known
            .iter()
            .find(|entry| entry.expires >= self.today && entry.matches(finding));
        if let Some(entry) = known {
            finding.accept(format!("{} (until {})", entry.reason, entry.expires));
        }
    }

    /// The entries that are stale or expired.
    pub(crate) fn problems(&self, findings: &[impl Subject]) -> Vec<RunFailure> {
        let problem = |entry: &Known| {
            let name = entry.name();
            let about = || {
                let about = findings.iter().filter(|finding| entry.is_about(*finding));
                about.map(Subject::verdict)
            };
            let fails = |verdict| matches!(verdict, Verdict::Fail | Verdict::Known);
            if about().any(|verdict| verdict == Verdict::Pass) && !about().any(fails) {
                Some(RunFailure::stale(format!(
                    "{name} passes: remove it from the baseline"
                )))
            } else if entry.expires < self.today {
                let day = entry.expires;
                Some(RunFailure::expired(format!(
                    "{name} was accepted until {day}: fix it, or extend `expires`"
                )))
            } else {
                None
            }
        };
        self.known.iter().filter_map(problem).collect()
    }
}

/// The error with its place, both numbers starting at 1.
fn misread(text: &str, error: &toml::de::Error) -> BaselineError {
    let before = error.span().and_then(|span| text.get(..span.start));
    let before = before.unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|it| *it != '\n').count() + 1;
    BaselineError::Toml(line, column, error.message().replace('\n', ", "))
}

/// A baseline with every failure of a run. You fill in the reasons; known failures keep theirs.
///
/// # Errors
///
/// If a text cannot be written as TOML.
pub fn template<One: Subject>(
    baseline: &Baseline,
    findings: &[One],
    expires: Date,
) -> Result<String, toml::ser::Error> {
    let about = "# Known failures. Say in `reason` why each one is accepted, and in `expires` until when;\n\
         # an entry without a reason is rejected.\n\n";
    let failing = findings
        .iter()
        .filter(|finding| matches!(finding.verdict(), Verdict::Fail | Verdict::Known));
    let entry = |finding: &One| {
        let before = baseline
            .known
            .iter()
            .find(|known| known.matches(finding) && finding.verdict() == Verdict::Known);
        before.cloned().unwrap_or_else(|| Known {
            check: finding.id().to_owned(),
            operation: finding.operation().map(ToOwned::to_owned),
            scenario: finding.scenario().map(ToOwned::to_owned),
            at: finding.place().map(ToOwned::to_owned),
            reason: String::new(),
            expires,
        })
    };
    let known = failing.map(entry).collect();
    Ok(about.to_owned() + &toml::to_string(&File { known })?)
}

impl Known {
    /// Checks what the types cannot.
    fn check(&self, catalog: Catalog) -> Result<(), String> {
        let name = self.name();
        if self.reason.trim().is_empty() {
            return Err(format!(
                "{name}: `reason` is empty; say why the failure is accepted"
            ));
        }
        match (catalog.find)(&self.check) {
            Some(About::Client) => self.check_about_client(catalog),
            Some(about) => self.check_about_server(about),
            None => Err(format!(
                "unknown check `{}`; `contract-tests list` shows all checks",
                self.check
            )),
        }
    }

    fn check_about_client(&self, catalog: Catalog) -> Result<(), String> {
        let name = self.name();
        self.check_operation()?;
        match &self.scenario {
            Some(scenario) if !(catalog.has_scenario)(scenario) => {
                Err(format!("{name}: unknown scenario `{scenario}`"))
            }
            Some(_) if self.operation.is_some() || self.at.is_some() => Err(format!(
                "{name}: use `scenario` for a client program, or `operation` and `at` for traffic, not both"
            )),
            Some(_) | None => Ok(()),
        }
    }

    fn check_operation(&self) -> Result<(), String> {
        let known = |id: &str| operations::all().any(|operation| operation.id.as_str() == id);
        match &self.operation {
            Some(id) if !known(id) => Err(format!("{}: unknown operation `{id}`", self.name())),
            Some(_) | None => Ok(()),
        }
    }

    fn check_about_server(&self, about: About) -> Result<(), String> {
        let name = self.name();
        if self.scenario.is_some() {
            return Err(format!(
                "{name}: the check is about servers; remove `scenario`"
            ));
        }
        self.check_operation()?;
        match &self.operation {
            Some(_) if about == About::Server => {
                return Err(format!(
                    "{name}: the check is not about a single operation; remove `operation`"
                ));
            }
            None if about == About::EachOperation => {
                return Err(format!(
                    "{name}: `operation` is missing, such as list_orders"
                ));
            }
            Some(_) | None => {}
        }
        Ok(())
    }

    fn name(&self) -> String {
        match (&self.operation, &self.scenario) {
            (Some(operation), _) => format!("{} {operation}", self.check),
            (None, Some(scenario)) => format!("{} scenario {scenario}", self.check),
            (None, None) => self.check.clone(),
        }
    }

    fn is_about(&self, finding: &impl Subject) -> bool {
        let scenario = self.scenario.as_deref();
        self.check.eq_ignore_ascii_case(finding.id())
            && self.operation.as_deref() == finding.operation()
            && (scenario.is_none() || scenario == finding.scenario())
    }

    fn matches(&self, finding: &impl Subject) -> bool {
        self.is_about(finding)
            && self
                .at
                .as_deref()
                .is_none_or(|at| finding.place() == Some(at))
    }
}

/// A TOML date, or a string.
fn deserialize_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Toml(Datetime),
        Text(String),
    }
    let text = match Written::deserialize(deserializer)? {
        Written::Toml(date) => date.to_string(),
        Written::Text(text) => text,
    };
    let error = |_| de::Error::custom(format!("`{text}` is not a date such as 2026-12-31"));
    text.parse().map_err(error)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn serialize_date<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    let date: Datetime = date.to_string().parse().map_err(ser::Error::custom)?;
    date.serialize(serializer)
}
