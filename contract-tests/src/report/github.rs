//! Annotations of a GitHub workflow: `--report github=-`.

use super::{
    finding_text,
    model::{Entry, Report},
};
use crate::finding::Verdict;

/// One command per line: the first failure of each check in full, then warnings and notices.
pub(super) fn text(report: &Report) -> String {
    let failures = report.failures().into_iter().map(|(first, others)| {
        let others = finding_text::others(&others).unwrap_or_default();
        command(
            "error",
            &first.name(),
            &format!("{}{others}", finding_text::block(first)),
        )
    });
    let problems = report
        .problems
        .iter()
        .map(|problem| command("error", &problem.kind.to_string(), &problem.message));
    let rest = report.checks.iter().filter_map(|entry| {
        let level = level(entry)?;
        let sentence = finding_text::sentence(entry);
        Some(command(
            level,
            &entry.name(),
            entry.reason.as_deref().unwrap_or(&sentence),
        ))
    });
    let closing = command("notice", &report.tool, &report.summary());
    failures
        .chain(problems)
        .chain(rest)
        .chain([closing])
        .collect()
}

/// The level; `None` for passes, and for failures, which come first.
fn level(entry: &Entry) -> Option<&'static str> {
    match entry.verdict {
        Verdict::Pass | Verdict::Skip | Verdict::Fail => None,
        Verdict::Inconclusive | Verdict::Warn => Some("warning"),
        Verdict::Known | Verdict::Info => Some("notice"),
    }
}

fn command(level: &str, title: &str, message: &str) -> String {
    let data = |text: &str| {
        text.replace('%', "%25")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    format!("::{level} title={}::{}\n", property(title), data(message))
}
