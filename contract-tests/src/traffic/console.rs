//! Traffic on the console: a view of the report, like its other formats.

use crate::{
    finding::Verdict,
    report::{Detail, finding_text, lines, model::Report},
};

/// Prints failures in full, each place once, and one line for each rule that passed.
pub fn console(report: &Report, detail: Detail) -> String {
    let mut text = String::new();
    for about in report.checks.chunk_by(|one, other| one.id == other.id) {
        let (kept, broken): (Vec<_>, Vec<_>) = about
            .iter()
            .partition(|entry| entry.verdict == Verdict::Pass);
        let broken = broken.into_iter();
        let loud = |verdict| detail != Detail::Quiet || verdict == Verdict::Fail;
        text.extend(
            broken
                .filter(|entry| loud(entry.verdict))
                .map(|entry| lines(entry, &[entry])),
        );
        match (detail, &kept[..]) {
            (Detail::Quiet, _) | (Detail::Normal, []) => {}
            (Detail::Normal, all @ [first, ..]) => text += &lines(first, all),
            (Detail::Verbose, all) => text.extend(all.iter().map(|entry| lines(entry, &[entry]))),
        }
    }
    if detail == Detail::Verbose {
        let unarmed = report.rules.iter().filter(|rule| rule.armed == 0);
        text.extend(unarmed.map(|rule| {
            format!(
                "{:<12}  {:<13}  not exercised: needs {}\n",
                Verdict::Skip,
                rule.id,
                rule.needs
            )
        }));
    }
    if detail != Detail::Quiet {
        text += &drift(report);
    }
    format!("{text}\n{}\n", finding_text::closing(report).join("\n"))
}

/// Where traffic differs from the contract.
fn drift(report: &Report) -> String {
    let differences = report.drift.iter().flat_map(|drift| &drift.differences);
    let differences =
        differences.map(|difference| format!("  {}\n", finding_text::difference(difference)));
    let lines: String = differences.collect();
    if lines.is_empty() {
        return lines;
    }
    format!("\nDRIFT  from the contract; it does not affect the verdict\n{lines}")
}
