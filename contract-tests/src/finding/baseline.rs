//! Failures that are known: each with a reason, and a day until which it may stay.
//!
//! A failure that is in the baseline does not fail the run. One that is gone, or stays for too long, does:
//! a baseline that nobody looks after would hide what it should show. Nothing gets into it by itself.

mod subject;

use std::{fs, io, path::Path};

use jiff::civil::Date;
use schemas::operations;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use toml::value::Datetime;

pub use self::subject::Subject;
use crate::finding::{RunFailure, Verdict};

/// The checks, rules and scenarios that entries can name.
#[derive(Clone, Copy, Debug)]
pub struct Catalog {
    /// What the check or rule of that id is about, if there is one.
    pub find: fn(&str) -> Option<About>,
    /// Whether there is a scenario of that name.
    pub has_scenario: fn(&str) -> bool,
}

/// What a check or a rule is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum About {
    /// Each operation of a server.
    EachOperation,
    /// A server, and no operation in particular.
    Server,
    /// A client program or traffic.
    Client,
}

/// Bytes of a file at the most.
const MAX_BYTES: u64 = 256 * 1024;

/// Failures that are known.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    known: Vec<Known>,
    today: Date,
}

/// The file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    known: Vec<Known>,
}

/// A failure that is known.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Known {
    /// The check, or the rule of clients or traffic, that fails.
    check: String,
    /// On which operation; none where the check is about none in particular.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    /// Under which scenario a client breaks its rule; under any, if it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<String>,
    /// Where; anywhere, if it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// Why it may stay.
    reason: String,
    /// The last day on which it may.
    #[serde(deserialize_with = "date", serialize_with = "as_date")]
    expires: Date,
}

/// Why a file is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It cannot be read. It is never made: with a slip in its name, everything would be known.
    #[error("{0}; --write-baseline writes a new one")]
    File(#[from] io::Error),
    /// It is too long.
    #[error("it has more than {MAX_BYTES} bytes")]
    TooLong,
    /// It is not the TOML that it should be.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// An entry is not right.
    #[error("entry {0}: {1}")]
    Entry(usize, String),
}

impl Baseline {
    /// The baseline in a file, as it is to be read today.
    pub fn read(path: &Path, today: Date, catalog: Catalog) -> Result<Self, BaselineError> {
        if fs::metadata(path)?.len() > MAX_BYTES {
            return Err(BaselineError::TooLong);
        }
        Self::parse(&fs::read_to_string(path)?, today, catalog)
    }

    fn parse(text: &str, today: Date, catalog: Catalog) -> Result<Self, BaselineError> {
        let File { known } = toml::from_str(text)?;
        for (number, one) in (1..).zip(&known) {
            one.check(catalog)
                .map_err(|wrong| BaselineError::Entry(number, wrong))?;
        }
        Ok(Self { known, today })
    }

    /// Makes a failure that is in the baseline a known one.
    pub(crate) fn apply(&self, finding: &mut impl Subject) {
        if finding.verdict() != Verdict::Fail {
            return;
        }
        let known = self
            .known
            .iter()
            .find(|known| known.expires >= self.today && known.is(finding));
        if let Some(known) = known {
            finding.accept(format!("{} (until {})", known.reason, known.expires));
        }
    }

    /// What the baseline says that is not so, or no longer to be accepted.
    pub(crate) fn problems(&self, findings: &[impl Subject]) -> Vec<RunFailure> {
        let problem = |known: &Known| {
            let name = known.name();
            let about = || {
                let about = findings.iter().filter(|finding| known.is_about(*finding));
                about.map(Subject::verdict)
            };
            let fails = |verdict| matches!(verdict, Verdict::Fail | Verdict::Known);
            if about().any(|verdict| verdict == Verdict::Pass) && !about().any(fails) {
                Some(RunFailure::stale(format!(
                    "{name} passes: take it out of the baseline"
                )))
            } else if known.expires < self.today {
                let day = known.expires;
                Some(RunFailure::expired(format!(
                    "{name} was to be known until {day} only: mend it, or give it another day"
                )))
            } else {
                None
            }
        };
        self.known.iter().filter_map(problem).collect()
    }
}

/// A baseline that has every failure of a run, for somebody to write the reasons into. Failures that
/// were known keep theirs.
///
/// # Errors
///
/// Where a text cannot be written as TOML.
pub fn template<One: Subject>(
    baseline: &Baseline,
    findings: &[One],
    expires: Date,
) -> Result<String, toml::ser::Error> {
    let about = "# Failures that are known. Say in `reason` why each may stay, and until when in `expires`;\n\
         # an entry without a reason is refused.\n\n";
    let failing = findings
        .iter()
        .filter(|finding| matches!(finding.verdict(), Verdict::Fail | Verdict::Known));
    let entry = |finding: &One| {
        let before = baseline
            .known
            .iter()
            .find(|known| known.is(finding) && finding.verdict() == Verdict::Known);
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
    /// What the types cannot say.
    fn check(&self, catalog: Catalog) -> Result<(), String> {
        let name = self.name();
        if self.reason.trim().is_empty() {
            return Err(format!(
                "{name}: `reason` is empty; say why the failure may stay"
            ));
        }
        match (catalog.find)(&self.check) {
            Some(About::Client) => self.check_about_client(catalog),
            Some(about) => self.check_about_server(about),
            None => Err(format!(
                "there is no check `{}`; `contract-tests list` shows them all",
                self.check
            )),
        }
    }

    fn check_about_client(&self, catalog: Catalog) -> Result<(), String> {
        let name = self.name();
        self.check_operation()?;
        match &self.scenario {
            Some(scenario) if !(catalog.has_scenario)(scenario) => {
                Err(format!("{name}: there is no scenario `{scenario}`"))
            }
            Some(_) if self.operation.is_some() || self.at.is_some() => Err(format!(
                "{name}: a program has a `scenario`, traffic has `operation` and `at`; leave one or the other out"
            )),
            Some(_) | None => Ok(()),
        }
    }

    fn check_operation(&self) -> Result<(), String> {
        let known = |id: &str| operations::all().any(|operation| operation.id.as_str() == id);
        match &self.operation {
            Some(id) if !known(id) => Err(format!("{}: there is no operation `{id}`", self.name())),
            Some(_) | None => Ok(()),
        }
    }

    fn check_about_server(&self, about: About) -> Result<(), String> {
        let name = self.name();
        if self.scenario.is_some() {
            return Err(format!(
                "{name}: it is about a server; leave `scenario` out"
            ));
        }
        self.check_operation()?;
        match &self.operation {
            Some(_) if about == About::Server => {
                return Err(format!(
                    "{name}: the check is about no operation in particular; leave `operation` out"
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

    fn is(&self, finding: &impl Subject) -> bool {
        self.is_about(finding)
            && self
                .at
                .as_deref()
                .is_none_or(|at| finding.place() == Some(at))
    }
}

/// A date as TOML has it, or as a text.
fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
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
    let wrong = |_| de::Error::custom(format!("`{text}` is not a day such as 2026-12-31"));
    text.parse().map_err(wrong)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn as_date<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    let date: Datetime = date.to_string().parse().map_err(ser::Error::custom)?;
    date.serialize(serializer)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use schemas::OperationId;

    use super::*;

    const CATALOG: Catalog = Catalog {
        find: |id| match id {
            "PRV-SUCCESS" => Some(About::EachOperation),
            "PRV-401-SAME" => Some(About::Server),
            _ => None,
        },
        has_scenario: |_| false,
    };
    const ONE: &str = "[[known]]\ncheck = 'PRV-SUCCESS'\noperation = 'list_orders'\nat = 'status'\n\
                       reason = 'ticket 7'\nexpires = 2026-03-01\n";

    /// Of `PRV-SUCCESS`; a failure where there is a place.
    struct Finding {
        operation: OperationId,
        at: Option<&'static str>,
        verdict: Verdict,
    }

    impl Subject for Finding {
        fn id(&self) -> &'static str {
            "PRV-SUCCESS"
        }

        fn operation(&self) -> Option<&str> {
            Some(self.operation.as_str())
        }

        fn scenario(&self) -> Option<&str> {
            None
        }

        fn place(&self) -> Option<&str> {
            self.at
        }

        fn verdict(&self) -> Verdict {
            self.verdict
        }

        fn accept(&mut self, _: String) {
            self.verdict = Verdict::Known;
        }
    }

    fn on(day: i8) -> Baseline {
        Baseline::parse(ONE, date(2026, 3, day), CATALOG).unwrap()
    }

    fn finding(operation: OperationId, at: Option<&'static str>) -> Finding {
        let verdict = at.map_or(Verdict::Pass, |_| Verdict::Fail);
        Finding {
            operation,
            at,
            verdict,
        }
    }

    fn verdict(baseline: &Baseline, mut finding: Finding) -> Verdict {
        baseline.apply(&mut finding);
        finding.verdict
    }

    #[test]
    fn what_is_known_is_so_for_its_operation_its_place_and_its_time() {
        let listing = |at| finding(OperationId::ListOrders, Some(at));
        assert_eq!(verdict(&on(1), listing("status")), Verdict::Known);
        assert_eq!(verdict(&on(2), listing("status")), Verdict::Fail);
        assert_eq!(verdict(&on(1), listing("$.total")), Verdict::Fail);
        assert_eq!(
            verdict(&on(1), finding(OperationId::GetOrder, Some("status"))),
            Verdict::Fail
        );
        assert_eq!(
            verdict(&on(1), finding(OperationId::ListOrders, None)),
            Verdict::Pass
        );
    }

    #[test]
    fn what_is_gone_or_stays_too_long_is_a_problem() {
        let problems = |day, findings: &[Finding]| -> Vec<_> {
            on(day)
                .problems(findings)
                .into_iter()
                .map(|problem| problem.message)
                .collect()
        };
        let failing = [finding(OperationId::ListOrders, Some("status"))];
        let passing = [finding(OperationId::ListOrders, None)];
        assert_eq!(problems(1, &failing), [""; 0]);
        assert_eq!(problems(1, &[]), [""; 0], "what was not judged is not gone");
        assert_eq!(
            problems(1, &passing),
            ["PRV-SUCCESS list_orders passes: take it out of the baseline"]
        );
        assert!(problems(2, &failing)[0].contains("until 2026-03-01 only"));
    }

    #[test]
    fn a_template_is_refused_until_its_reasons_are_there() {
        let findings = [
            finding(OperationId::ListOrders, Some("status")),
            finding(OperationId::GetOrder, None),
        ];
        let text = template(&Baseline::default(), &findings, date(2026, 5, 1)).unwrap();
        let today = date(2026, 3, 1);
        let error = Baseline::parse(&text, today, CATALOG)
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "entry 1: PRV-SUCCESS list_orders: `reason` is empty; say why the failure may stay"
        );
        let filled = text.replace("reason = \"\"", "reason = \"ticket 7\"");
        let baseline = Baseline::parse(&filled, today, CATALOG).unwrap();
        assert_eq!(baseline.known.len(), 1);
        let [mut known, _] = findings;
        baseline.apply(&mut known);
        let again = template(&baseline, &[known], date(2027, 1, 1)).unwrap();
        assert_eq!(again, filled, "what was known keeps its reason and its day");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let wrong = |old: &str, new: &str| {
            let text = ONE.replace(old, new);
            Baseline::parse(&text, date(2026, 3, 1), CATALOG)
                .unwrap_err()
                .to_string()
        };
        assert!(wrong("PRV-SUCCESS", "PRV-SUCESS").contains("there is no check `PRV-SUCESS`"));
        assert!(wrong("list_orders", "list_order").contains("no operation `list_order`"));
        assert!(wrong("operation = 'list_orders'\n", "").contains("`operation` is missing"));
        assert!(wrong("PRV-SUCCESS", "PRV-401-SAME").contains("leave `operation` out"));
        assert!(wrong("2026-03-01", "'soon'").contains("`soon` is not a day such as 2026-12-31"));
        assert!(wrong("reason", "raeson").contains("raeson"));
    }
}
