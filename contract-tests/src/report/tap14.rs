//! TAP 14, the Test Anything Protocol: <https://testanything.org/tap-version-14-specification.html>.

use std::fmt::Write;

use serde_json::json;

use super::{
    finding_text,
    model::{Entry, Report},
};
use crate::finding::{RunVerdict, Verdict};

/// The report as lines.
///
/// # Panics
///
/// Never: writing to a text does not fail.
pub(super) fn text(report: &Report) -> String {
    let points = report.checks.len() + report.problems.len();
    let mut text = format!("TAP version 14\n1..{points}\n");
    for (number, entry) in (1..).zip(&report.checks) {
        point(&mut text, number, entry);
    }
    for (number, problem) in (report.checks.len() + 1..).zip(&report.problems) {
        let message = escaped(&problem.message);
        writeln!(text, "not ok {number} - {message}").expect("a text takes all");
    }
    if report.verdict == RunVerdict::Interrupted {
        text += "Bail out! interrupted\n";
    }
    text
}

fn point(text: &mut String, number: usize, entry: &Entry) {
    let sentence = escaped(&finding_text::sentence(entry));
    let (ok, directive) = match entry.verdict {
        Verdict::Pass | Verdict::Warn | Verdict::Info => ("ok", String::new()),
        Verdict::Skip => ("ok", format!(" # SKIP {sentence}")),
        Verdict::Known => (
            "not ok",
            format!(
                " # TODO {}",
                escaped(entry.reason.as_deref().unwrap_or("known"))
            ),
        ),
        Verdict::Fail | Verdict::Inconclusive => ("not ok", String::new()),
    };
    writeln!(text, "{ok} {number} - {}{directive}", entry.name()).expect("a text takes all");
    if !matches!(entry.verdict, Verdict::Pass | Verdict::Skip) {
        // JSON is valid YAML and needs no further quoting.
        let diagnostics = [
            ("verdict", json!(entry.verdict)),
            ("message", json!(finding_text::sentence(entry))),
            ("at", json!(entry.at)),
            ("expected", json!(entry.expected)),
            ("actual", json!(entry.actual)),
            ("replay", json!(entry.replay)),
            ("curl", json!(entry.curl)),
            ("trace", json!(entry.trace)),
            ("fix", json!(entry.fix)),
            ("seen", json!(entry.seen)),
        ];
        let diagnostics = diagnostics.iter().filter(|(_, value)| !value.is_null());
        text.push_str("  ---\n");
        for (name, value) in diagnostics {
            writeln!(text, "  {name}: {value}").expect("a text takes all");
        }
        text.push_str("  ...\n");
    }
}

/// Escapes characters that would start a directive or another line.
fn escaped(text: &str) -> String {
    finding_text::plain(text)
        .replace('\\', r"\\")
        .replace('#', r"\#")
}
