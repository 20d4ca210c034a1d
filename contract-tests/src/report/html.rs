//! A self-contained page, with the responses of the contract as a table.

mod drift;
mod timeline;

use std::collections::{BTreeMap, BTreeSet};

use maud::{DOCTYPE, Markup, html};

use super::{
    finding_text,
    model::{Coverage, Entry, Mode, Report},
};
use crate::finding::Verdict;

/// Each colour comes with a symbol, so that nobody needs to distinguish colours.
const STYLE: &str = include_str!("html/style.css");

/// The report as a page.
pub(super) fn text(report: &Report) -> String {
    let verdict = report.verdict.to_string().replace('_', " ");
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { "contract-tests: " (verdict) }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                h1 { "contract-tests: " span class=(report.verdict) { (verdict) } }
                p { code { (*report.target) } " is " (finding_text::plain(&report.about)) "." }
                ul { @for line in finding_text::closing(report) { li { (line) } } }
                (blocks("Failures", &report.failures()))
                (blocks("Warnings", &report.grouped(Verdict::Warn)))
                (blocks("Inconclusive", &report.grouped(Verdict::Inconclusive)))
                @match report.mode {
                    Mode::Provider => { (coverage_table(report)) (unseen(report)) (never_seen(report)) (readings(report)) }
                    Mode::Client => {
                        @if let Some(sweep) = &report.sweep { h2 { "Sweep" } pre tabindex="0" { (finding_text::sweep(sweep)) } }
                        (rules(report, "In how many trials")) (timeline::section(report)) }
                    Mode::Proxy | Mode::Har | Mode::Journal => { (drift::section(report)) (rules(report, "How often")) }
                }
                (all(report))
            }
        }
    }
    .into_string()
}

fn blocks(title: &str, entries: &[(&Entry, Vec<&Entry>)]) -> Markup {
    html! {
        @if !entries.is_empty() {
            h2 { (title) }
            @for (first, others) in entries {
                pre tabindex="0" { (finding_text::block(first)) @if let Some(others) = finding_text::others(others) { (others) } }
            }
        }
    }
}

/// A column of the table of responses.
type StatusAndCode<'a> = (u16, &'a str);

fn status_and_code(row: &Coverage) -> StatusAndCode<'_> {
    (row.status, row.code_or_kind())
}

fn coverage_table(report: &Report) -> Markup {
    // The success status depends on the operation; all successes share one column.
    let column = |row| match status_and_code(row) {
        (200..300, "success") => (200, "success"),
        other => other,
    };
    let columns: BTreeSet<_> = report.coverage.iter().map(column).collect();
    let mut rows: BTreeMap<&str, BTreeMap<StatusAndCode<'_>, &Coverage>> = BTreeMap::new();
    for row in &report.coverage {
        rows.entry(&*row.operation)
            .or_default()
            .insert(column(row), row);
    }
    html! {
        h2 { "Responses of the contract" }
        p { "✓ seen and valid, ✗ seen and invalid, ○ not seen, ! not in the contract; the number is how often it was seen." }
        div.scroll tabindex="0" role="region" aria-label="Responses of the contract" {
            table {
                thead { tr {
                    th scope="col" { "operation" }
                    @for (status, code) in &columns {
                        th scope="col" { div { @if *code != "success" { (status) " " } (code) } }
                    }
                } }
                tbody { @for (operation, cells) in &rows { tr {
                    th scope="row" { (operation) }
                    @for column in &columns { (cell(cells.get(column).copied())) }
                } } }
            }
        }
    }
}

fn cell(row: Option<&Coverage>) -> Markup {
    let Some(row) = row else {
        return html! { td.none {} };
    };
    let (class, sign) = match row {
        Coverage { invalid: 1.., .. } => ("invalid", "✗"),
        Coverage {
            documented: false, ..
        } => ("undocumented", "!"),
        Coverage { seen: 0, .. } => ("unseen", "○"),
        Coverage { .. } => ("valid", "✓"),
    };
    let counts = format!(
        "{}: seen {}, valid {}, invalid {}",
        finding_text::status_and_code(row),
        row.seen,
        row.valid,
        row.invalid
    );
    let media_types = row.media_types.iter();
    let media_types =
        media_types.map(|(name, count)| format!("{count} as {}", finding_text::plain(name)));
    let keywords = row.keywords.as_ref().map(finding_text::keywords);
    let label = std::iter::once(counts).chain(media_types).chain(keywords);
    let label: Vec<_> = label.collect();
    let label = label.join(", ");
    html! {
        td class=(class) title=(label) aria-label=(label) {
            span aria-hidden="true" { (sign) @if row.seen > 0 { " " (row.seen) } }
        }
    }
}

fn unseen(report: &Report) -> Markup {
    html! {
        details {
            summary { "Responses that were not seen" }
            table {
                thead { tr { th scope="col" { "response" } th scope="col" { "why" } th scope="col" { "how to trigger it" } } }
                tbody { @for row in report.coverage.iter().filter(|row| row.seen == 0) { tr {
                    th scope="row" { (finding_text::status_and_code(row)) }
                    td { (row.reason_unseen.as_deref().unwrap_or_default()) }
                    td { @if let Some(command) = &row.provoke { code { (**command) } } }
                } } }
            }
        }
    }
}

fn readings(report: &Report) -> Markup {
    html! {
        details {
            summary { "Contradictions between the documents" }
            table {
                thead { tr { th scope="col" { "about" } th scope="col" { "this server" } th scope="col" { "responses" } } }
                tbody { @for reading in &report.readings { tr {
                    th scope="row" { (reading.about) } td { (reading.reading) } td { (reading.seen) }
                } } }
            }
        }
    }
}

fn rules(report: &Report, how: &str) -> Markup {
    html! {
        h2 { "Rules" }
        p { (how) " each rule was exercised, passed and failed; ✓ passed, ✗ failed, ○ not exercised." }
        div.scroll tabindex="0" role="region" aria-label="Rules" { table {
            thead { tr { @for head in ["rule", "", "level", "exercised", "passed", "failed", "needs"] { th scope="col" { (head) } } } }
            tbody { @for rule in &report.rules {
                @let (class, sign) = match (rule.broken, rule.kept) { (1.., _) => ("invalid", "✗"), (0, 1..) => ("valid", "✓"), (0, 0) => ("unseen", "○") };
                tr {
                    th scope="row" { span class=(class) { (sign) } " " (rule.id) }
                    td.sentence { (rule.rule) }
                    td { (rule.level) } td { (rule.armed) } td { (rule.kept) } td { (rule.broken) }
                    td { @if rule.armed == 0 { (rule.needs) } }
                }
            } }
        } }
    }
}

fn never_seen(report: &Report) -> Markup {
    let rows = report.coverage.iter();
    let rows = rows.filter(|row| !row.never_seen.is_empty());
    html! {
        details {
            summary { "Fields and words that were never seen" }
            table {
                thead { tr { th scope="col" { "response" } th scope="col" { "never seen" } } }
                tbody { @for row in rows { tr {
                    th scope="row" { (finding_text::status_and_code(row)) }
                    td { ul { @for name in &row.never_seen { li { code { (finding_text::plain(name)) } } } } }
                } } }
            }
        }
    }
}

fn all(report: &Report) -> Markup {
    html! {
        details {
            summary { "All checks" }
            table {
                thead { tr { th scope="col" { "verdict" } th scope="col" { "check" } th scope="col" { "rule" } th scope="col" { "result" } } }
                tbody { @for entry in &report.checks { tr {
                    td class=(class(entry)) { (entry.verdict) }
                    th scope="row" { (entry.name()) }
                    td.sentence { (entry.rule) }
                    td { @if entry.verdict != Verdict::Pass { (finding_text::sentence(entry)) } @if let Some(reason) = &entry.reason { @if entry.verdict == Verdict::Known { " (" (finding_text::plain(reason)) ")" } } }
                } } }
            }
        }
    }
}

fn class(entry: &Entry) -> &'static str {
    match entry.verdict {
        Verdict::Pass => "valid",
        Verdict::Fail => "invalid",
        Verdict::Known | Verdict::Warn | Verdict::Inconclusive => "undocumented",
        Verdict::Info | Verdict::Skip => "unseen",
    }
}
