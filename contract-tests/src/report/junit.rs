//! The XML of `JUnit`: a suite for each operation or scenario, a case for each check or rule.

use std::{collections::BTreeMap, time::Duration};

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use super::{
    finding_text,
    model::{Entry, Report},
};
use crate::{finding::Verdict, report::model::Trial};

/// The suite for problems that fail the run besides its findings.
const RUN: &str = "run";

/// The report as XML.
///
/// # Panics
///
/// Never: the names are constants, and characters that XML does not allow are left out of texts.
pub(super) fn text(report: &Report) -> String {
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    let mut add = |name, case| {
        let suite = suites.entry(name).or_insert_with(|| TestSuite::new(name));
        suite.add_test_case(case);
    };
    for entry in &report.checks {
        add(entry.group(), case(entry));
    }
    for problem in &report.problems {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(problem.message.as_str());
        add(RUN, TestCase::new(problem.kind.to_string(), status));
    }
    for suite in suites.values_mut() {
        let mut trials = report.trials.iter();
        let trial = trials.find(|trial| suite.name.as_str() == trial.scenario);
        finish(suite, trial);
    }
    let mut junit = Junit::new(&*report.tool);
    junit.set_time(suites.values().filter_map(|suite| suite.time).sum());
    junit.add_test_suites(suites.into_values());
    junit.to_string().expect("text becomes XML")
}

/// The time of a suite is that of its trial, or the sum of its cases.
fn finish(suite: &mut TestSuite, trial: Option<&Trial>) {
    let cases = suite.test_cases.iter().filter_map(|case| case.time);
    suite.set_time(trial.map_or_else(|| cases.sum(), |trial| Duration::from_millis(trial.took_ms)));
    if let Some(trial) = trial {
        suite.set_system_out(finding_text::timeline(trial));
    }
}

fn case(entry: &Entry) -> TestCase {
    let sentence = finding_text::sentence(entry);
    let with_message = |mut status: TestCaseStatus, description: Option<String>| {
        status.set_type(&*entry.id).set_message(&*sentence);
        if let Some(description) = description {
            status.set_description(description);
        }
        status
    };
    let status = match entry.verdict {
        Verdict::Pass | Verdict::Warn | Verdict::Info => TestCaseStatus::success(),
        Verdict::Fail => with_message(
            TestCaseStatus::non_success(NonSuccessKind::Failure),
            Some(finding_text::block(entry)),
        ),
        Verdict::Inconclusive => with_message(
            TestCaseStatus::non_success(NonSuccessKind::Error),
            Some(finding_text::block(entry)),
        ),
        Verdict::Skip => with_message(TestCaseStatus::skipped(), None),
        Verdict::Known => with_message(TestCaseStatus::skipped(), Some(finding_text::block(entry))),
    };
    let mut case = TestCase::new(name(entry), status);
    case.set_classname(entry.group());
    if let Some(took) = entry.took_ms {
        case.set_time(Duration::from_millis(took));
    }
    if let Some(output) = output(entry) {
        case.set_system_out(output);
    }
    case
}

/// The check or rule and its sentence. In traffic, a rule may be violated at several places of one operation, and consumers of
/// `JUnit` distinguish cases by name.
fn name(entry: &Entry) -> String {
    let place = entry.at.as_ref().filter(|_| entry.seen.is_some());
    let place = place.map(|at| format!(" at {}", finding_text::plain(at)));
    format!("{}{}: {}", entry.id, place.unwrap_or_default(), entry.rule)
}

/// The request and its response for a server, and details of warnings and information.
fn output(entry: &Entry) -> Option<String> {
    let has_notes = matches!(entry.verdict, Verdict::Warn | Verdict::Info);
    let notes = has_notes.then(|| finding_text::block(entry));
    let exchange = entry.exchange.as_ref().map(finding_text::exchange);
    let parts: Vec<_> = notes.into_iter().chain(exchange).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}
