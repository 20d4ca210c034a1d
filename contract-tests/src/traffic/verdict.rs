//! The result of judging traffic.

use std::{collections::BTreeMap, sync::Arc};

use schemas::{Evidence, Operation};

use super::{judge::Outcome, requests::RuleViolation};
use crate::{
    finding::{
        ExitCode, RunFailure, Verdict, any_item,
        baseline::{Baseline, Subject},
        redaction::{Redacted, RedactedValue, Secrets},
    },
    report::model::{Drift, JudgedCount, Side, TrafficCounts, truncated},
};

/// Maximum number of listed findings; others are only counted.
const MAX_FINDINGS: usize = 500;
/// Maximum length of a text, in bytes.
const MAX_TEXT: usize = 400;

/// A violation of a rule, however often it was seen, or a rule that was followed.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub id: &'static str,
    /// The side that the rule is for.
    pub side: Side,
    /// Its verdict.
    pub verdict: Verdict,
    /// The operation, such as `list_orders`.
    pub operation: Option<&'static str>,
    /// The evidence for the rule.
    pub evidence: Evidence,
    /// The page with that evidence, if it is not that of the rule.
    pub source: Option<&'static str>,
    /// Where it is, with all items of a list as one place.
    pub at: Redacted,
    /// What is wrong.
    pub message: Redacted,
    /// What would be right, if known.
    pub expected: RedactedValue,
    /// The first actual value.
    pub actual: RedactedValue,
    /// Where it was first seen.
    pub first: String,
    /// How often it was seen.
    pub count: usize,
    /// Why a failure is known, if it is in the baseline.
    pub known: Option<String>,
}

impl Finding {
    /// The finding on one line.
    pub fn line(&self) -> String {
        let Self {
            id,
            side,
            verdict,
            at,
            message,
            ..
        } = self;
        let operation = self.operation.unwrap_or("-");
        let line = format!("{verdict} {id} {side} {operation} {at}: {message}");
        line.replace(char::is_control, "?")
    }
}

impl JudgedCount {
    pub(super) fn add(&mut self, outcome: Outcome) {
        self.judged += 1;
        self.right += usize::from(outcome == Outcome::Kept);
    }
}

/// A rule with an operation, or without one if the rule is not about an operation.
type RuleAndOperation = (&'static str, Option<&'static str>);

/// The result of judging traffic.
#[derive(Debug, Default)]
pub struct TrafficResult {
    /// The counts of requests, responses and rules.
    pub counts: TrafficCounts,
    /// Violations.
    pub findings: Vec<Finding>,
    /// Rules that were exercised and never violated.
    pub passed: Vec<Finding>,
    /// What fails the run besides findings.
    pub problems: Vec<RunFailure>,
    /// Where the traffic differs from the contract.
    pub drift: Drift,
    /// How often each rule was exercised and followed.
    outcomes: BTreeMap<RuleAndOperation, (Side, JudgedCount)>,
    /// Number of violations beyond the limit.
    unlisted: usize,
    /// Whether exchanges were not judged, although they could have been: the report could not hide their keys, or there was
    /// no memory or time for them.
    pub(super) is_partial: bool,
    /// Whether the body of any response was judged.
    pub(super) has_bodies: bool,
    /// Whether assumptions also fail.
    pub(super) strict: bool,
    baseline: Baseline,
    /// The secrets to mask.
    pub(super) secrets: Arc<Secrets>,
}

impl TrafficResult {
    pub(super) fn new(strict: bool, baseline: Baseline, secrets: Arc<Secrets>) -> Self {
        Self {
            strict,
            baseline,
            secrets,
            ..Self::default()
        }
    }

    /// Records that a rule was exercised.
    pub(super) fn count_outcome(
        &mut self,
        side: Side,
        id: &'static str,
        operation: Option<&Operation>,
        outcome: Outcome,
    ) {
        let operation = operation.map(|operation| operation.id.as_str());
        let outcomes = self.outcomes.entry((id, operation));
        let (_, count) = outcomes.or_insert_with(|| (side, JudgedCount::default()));
        count.add(outcome);
    }

    /// Records a violation.
    pub(super) fn record(
        &mut self,
        side: Side,
        operation: Option<&Operation>,
        place: &str,
        violation: &RuleViolation,
    ) -> Finding {
        let (evidence, source) = match operation {
            Some(operation) if operation.evidence > violation.evidence => {
                (operation.evidence, Some(operation.source))
            }
            Some(_) | None => (violation.evidence, violation.source),
        };
        let operation = operation.map(|operation| operation.id.as_str());
        let text = |text: &str| self.secrets.redact(text).truncated(MAX_TEXT);
        let (at, message) = (text(&any_item(&violation.at)), text(&violation.message));
        let mut iter_mut = self.findings.iter_mut();
        let same = iter_mut.find(|one| {
            (one.id, one.operation, &one.at, &one.message)
                == (violation.id, operation, &at, &message)
        });
        if let Some(same) = same {
            same.count += 1;
            return same.clone();
        }
        let verdict = Verdict::for_violation(evidence, violation.accepted, self.strict);
        let mut finding = Finding {
            id: violation.id,
            side,
            verdict,
            operation,
            evidence,
            source,
            at,
            message,
            expected: truncated(&self.secrets, &violation.expected, None),
            actual: truncated(&self.secrets, &violation.actual, None),
            first: place.to_owned(),
            count: 1,
            known: None,
        };
        self.baseline.apply(&mut finding);
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding.clone());
        } else {
            self.unlisted += 1;
        }
        finding
    }

    /// Adds the rules that passed, and applies the baseline.
    pub(super) fn conclude(&mut self) {
        for ((id, operation), (side, count)) in &self.outcomes {
            if count.right == count.judged {
                self.passed
                    .push(Finding::passed(id, *operation, *side, count.right));
            }
        }
        let all: Vec<_> = self.findings.iter().chain(&self.passed).cloned().collect();
        self.problems = self.baseline.problems(&all);
        if self.unlisted > 0 {
            let message = format!(
                "{} violations beyond the first {MAX_FINDINGS} are not listed; judge less traffic at a time",
                self.unlisted
            );
            self.problems.push(RunFailure::too_many(message));
        }
    }

    /// How often a rule was exercised and followed.
    pub(super) fn count(&self, id: &str) -> JudgedCount {
        let about = self.outcomes.iter().filter(|((known, _), _)| *known == id);
        about.fold(JudgedCount::default(), |sum, (_, (_, count))| JudgedCount {
            judged: sum.judged + count.judged,
            right: sum.right + count.right,
        })
    }

    /// Everything that can become part of a baseline.
    pub fn all(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().chain(&self.passed)
    }

    /// The known failures.
    pub fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    /// Whether no response was judged in full, although some may have had a body.
    pub(super) fn lacks_bodies(&self) -> bool {
        self.counts.without_body > 0 && !self.has_bodies
    }

    /// The exit code of the run. Violations beyond the limit count as well.
    pub fn exit_code(&self) -> ExitCode {
        let TrafficCounts {
            requests,
            answers,
            rules,
            unanswered,
            ..
        } = self.counts;
        let fails = self
            .findings
            .iter()
            .any(|finding| finding.verdict == Verdict::Fail);
        if fails || self.unlisted > 0 || !self.problems.is_empty() {
            ExitCode::Violated
        } else if requests.judged + answers.judged + rules.judged == 0 {
            ExitCode::NothingRan
        } else if self.is_partial
            || self.lacks_bodies()
            || (unanswered > 0 && unanswered == requests.judged)
        {
            // What was not judged may be wrong; without responses, neither side is proven correct, and without any of their
            // bodies, not the server.
            ExitCode::Inconclusive
        } else {
            ExitCode::Passed
        }
    }
}

impl Finding {
    fn passed(id: &'static str, operation: Option<&'static str>, side: Side, count: usize) -> Self {
        Self {
            id,
            side,
            verdict: Verdict::Pass,
            operation,
            evidence: Evidence::Documented,
            source: None,
            at: Redacted::default(),
            message: Redacted::default(),
            expected: RedactedValue::default(),
            actual: RedactedValue::default(),
            first: String::new(),
            count,
            known: None,
        }
    }
}

impl Subject for Finding {
    fn id(&self) -> &'static str {
        self.id
    }

    fn operation(&self) -> Option<&str> {
        self.operation
    }

    fn scenario(&self) -> Option<&str> {
        None
    }

    fn place(&self) -> Option<&str> {
        (self.verdict != Verdict::Pass).then_some(&*self.at)
    }

    fn verdict(&self) -> Verdict {
        self.verdict
    }

    fn accept(&mut self, reason: String) {
        self.verdict = Verdict::Known;
        self.known = Some(reason);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_without_responses_do_not_pass() {
        let mut traffic = TrafficResult::default();
        assert_eq!(traffic.exit_code(), ExitCode::NothingRan);
        for _ in 0..2 {
            traffic.counts.requests.add(Outcome::Kept);
        }
        traffic.counts.unanswered = 2;
        assert_eq!(traffic.exit_code(), ExitCode::Inconclusive);
        traffic.counts.unanswered = 1;
        traffic.counts.answers.add(Outcome::Kept);
        assert_eq!(traffic.exit_code(), ExitCode::Passed);
    }

    #[test]
    fn traffic_that_is_judged_only_in_part_does_not_pass() {
        let mut traffic = TrafficResult {
            is_partial: true,
            ..TrafficResult::default()
        };
        traffic.counts.requests.add(Outcome::Kept);
        assert_eq!(traffic.exit_code(), ExitCode::Inconclusive);
    }

    #[test]
    fn reports_more_differences_than_it_can_distinguish() {
        let mut traffic = TrafficResult::default();
        for number in 0..=MAX_FINDINGS {
            let violation = RuleViolation {
                evidence: Evidence::Assumed,
                ..RuleViolation::new("TRF-OPERATION", "path", number.to_string())
            };
            traffic.record(Side::Client, None, "entry 0", &violation);
        }
        traffic.conclude();
        assert_eq!(traffic.findings.len(), MAX_FINDINGS);
        assert_eq!(traffic.problems.len(), 1, "{:?}", traffic.problems);
        assert_eq!(traffic.exit_code(), ExitCode::Violated);
    }
}
