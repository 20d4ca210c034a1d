//! The XML of `JUnit`: a suite for each operation or scenario, a case for each check or rule.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use super::{
    block,
    model::{Entry, Report},
};
use crate::check::Verdict;

/// The suite of what fails the run though it is no finding.
const RUN: &str = "run";

/// The report as XML.
///
/// # Panics
///
/// Never: the names are our own, and what cannot stand in XML is left out of texts.
pub(super) fn text(report: &Report) -> String {
    let mut suites: BTreeMap<&str, TestSuite> = BTreeMap::new();
    let mut add = |name: &'static str, case: TestCase| {
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
    let mut junit = Junit::new(report.tool);
    junit.add_test_suites(suites.into_values());
    junit.to_string().expect("text becomes XML")
}

fn case(entry: &Entry) -> TestCase {
    let sentence = block::sentence(entry);
    let told = |mut status: TestCaseStatus, description: Option<String>| {
        status.set_type(entry.id).set_message(&*sentence);
        if let Some(description) = description {
            status.set_description(description);
        }
        status
    };
    let status = match entry.verdict {
        Verdict::Pass | Verdict::Warn | Verdict::Info => TestCaseStatus::success(),
        Verdict::Fail => told(
            TestCaseStatus::non_success(NonSuccessKind::Failure),
            Some(block::block(entry)),
        ),
        Verdict::Inconclusive => told(TestCaseStatus::non_success(NonSuccessKind::Error), None),
        Verdict::Skip => told(TestCaseStatus::skipped(), None),
        Verdict::Known => told(TestCaseStatus::skipped(), Some(block::block(entry))),
    };
    // In traffic, a rule may be broken at several places of one operation; those who read this tell cases by name.
    let place = entry.at.as_ref().filter(|_| entry.seen.is_some());
    let name = place.map(|at| format!("{} {}", entry.id, block::plain(at)));
    let mut case = TestCase::new(name.as_deref().unwrap_or(entry.id), status);
    case.set_classname(entry.group());
    if matches!(entry.verdict, Verdict::Warn | Verdict::Info) {
        case.set_system_out(block::block(entry));
    }
    case
}
