//! Markdown, for the summary of a job: `--report markdown=$GITHUB_STEP_SUMMARY`.

use std::fmt::Write;

use super::{
    finding_text,
    model::{Coverage, Mode, ObservedReading, Report, RuleCoverage},
};
use crate::{
    finding::Verdict,
    report::model::{Difference, Trial},
};

/// The report as Markdown.
///
/// # Panics
///
/// Never: writing to a text does not fail.
pub(super) fn text(report: &Report) -> String {
    let mut text = format!(
        "## contract-tests: {}\n\n",
        report.verdict.to_string().replace('_', " ")
    );
    let mut line = |line: &str| writeln!(text, "{line}").expect("a text takes all");
    let problems = finding_text::problems(report);
    if !problems.is_empty() {
        line(&fenced(&(problems.join("\n") + "\n")));
    }
    line(&format!(
        "{} is {}.\n",
        code(&report.target),
        finding_text::plain(&report.about)
    ));
    line("| verdict | checks |\n|---|---|");
    for (verdict, count) in report.counts.nonzero() {
        line(&format!("| {verdict} | {count} |"));
    }
    line("");
    for (first, others) in report.failures() {
        line(&format!(
            "### {}\n\n{}",
            first.name(),
            fenced(&finding_text::block(first))
        ));
        if let Some(others) = finding_text::others(&others) {
            line(&format!("{others}\n"));
        }
    }
    line(&reasons(report, "Known failures", Verdict::Known));
    line(&reasons(report, "Inconclusive", Verdict::Inconclusive));
    if let Some(sweep) = &report.sweep {
        line(&fenced(&finding_text::sweep(sweep)));
    }
    line(&match report.mode {
        Mode::Provider => [responses(report), never_seen(report), readings(report)].join("\n"),
        Mode::Client => rules(report) + "\n" + &scores(report),
        Mode::Proxy | Mode::Har | Mode::Journal => rules(report) + "\n" + &drift(report),
    });
    for result in finding_text::results(report) {
        line(&format!("{}\n", cell(&result)));
    }
    text
}

/// The entries with a verdict, and the reasons.
fn reasons(report: &Report, title: &str, verdict: Verdict) -> String {
    let entries = report
        .checks
        .iter()
        .filter(|entry| entry.verdict == verdict);
    let rows = entries.map(|entry| {
        let reason = entry.reason.as_deref().unwrap_or_default();
        format!("| {} | {} |\n", entry.name(), cell(reason))
    });
    let rows: String = rows.collect();
    if rows.is_empty() {
        return rows;
    }
    format!("### {title}\n\n| check | reason |\n|---|---|\n{rows}")
}

fn responses(report: &Report) -> String {
    let rows: String = report.coverage.iter().map(coverage).collect();
    let head = "| operation | response | seen | valid | invalid | keywords | |\n|---|---|---:|---:|---:|---|---|";
    folded("Responses of the contract", head, &rows)
}

/// Fields and enumerated values that no response had.
fn never_seen(report: &Report) -> String {
    let rows = report.coverage.iter();
    let row = |row: &Coverage| {
        let names = row.never_seen.iter().map(|name| code(name));
        let names: Vec<_> = names.collect();
        format!(
            "| {} | {} |\n",
            cell(&finding_text::status_and_code(row)),
            names.join(", ")
        )
    };
    let rows: String = rows
        .filter(|row| !row.never_seen.is_empty())
        .map(row)
        .collect();
    let title = "Fields and words that were never seen";
    folded(title, "| response | never seen |\n|---|---|", &rows)
}

/// What the server does where the documents contradict one another.
fn readings(report: &Report) -> String {
    let row = |one: &ObservedReading| {
        let ObservedReading {
            about,
            reading,
            source,
            seen,
        } = one;
        format!("| {about} | [{reading}]({source}) | {seen} |\n")
    };
    let rows: String = report.readings.iter().map(row).collect();
    let head = "| about | this server | responses |\n|---|---|---:|";
    folded("Contradictions between the documents", head, &rows)
}

fn rules(report: &Report) -> String {
    let row = |rule: &RuleCoverage| {
        format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            rule.id,
            rule.level,
            rule.armed,
            rule.kept,
            rule.broken,
            cell(if rule.armed == 0 { &rule.needs } else { "" })
        )
    };
    let rows: String = report.rules.iter().map(row).collect();
    let head =
        "| rule | level | exercised | passed | failed | needs |\n|---|---|---:|---:|---:|---|";
    folded("Rules", head, &rows)
}

/// Where traffic differs from the contract.
fn drift(report: &Report) -> String {
    let differences = report.drift.iter().flat_map(|drift| &drift.differences);
    let row = |difference: &Difference| {
        format!(
            "| {} | {} | {} | {} {} | {} | {} | `{}` |\n",
            difference.rank(),
            if difference.known { "known" } else { "" },
            difference.about(),
            cell(&difference.at),
            cell(&difference.sentence()),
            difference.count,
            cell(&difference.first),
            difference.fingerprint
        )
    };
    let rows: String = differences.map(row).collect();
    if rows.is_empty() {
        return rows;
    }
    let head =
        "| | | | difference | count | first seen | fingerprint |\n|---|---|---|---|---:|---|---|";
    folded("Drift from the contract", head, &rows)
}

fn scores(report: &Report) -> String {
    let row = |trial: &Trial| {
        let score = &trial.score;
        format!(
            "| {} | {} | {} | {:.2} | {} | {} |\n",
            trial.scenario,
            score.requests,
            score.calls,
            score.amplification(),
            score.wasted,
            finding_text::seconds(score.lost_ms)
        )
    };
    let rows: String = report.trials.iter().map(row).collect();
    let head = "| scenario | requests | calls | requests per call | wasted | lost |\n|---|---:|---:|---:|---:|---:|";
    folded("Score", head, &rows)
}

/// A table that expands on a click.
fn folded(title: &str, head: &str, rows: &str) -> String {
    format!("<details><summary>{title}</summary>\n\n{head}\n{rows}\n</details>\n")
}

fn coverage(row: &Coverage) -> String {
    format!(
        "| {} | {} {} | {} | {} | {} | {} | {} |\n",
        row.operation,
        row.status,
        cell(row.code_or_kind()),
        row.seen,
        row.valid,
        row.invalid,
        cell(
            &row.keywords
                .as_ref()
                .map(finding_text::keywords)
                .unwrap_or_default()
        ),
        row.reason_unseen.as_deref().unwrap_or_default(),
    )
}

/// Encloses a text in a fence that is longer than any run of backticks in it.
fn fenced(text: &str) -> String {
    let fence = "`".repeat(3.max(longest_run(text) + 1));
    format!("{fence}text\n{text}{fence}\n")
}

/// Encloses a text in more backticks than it has in a row.
fn code(text: &str) -> String {
    let mark = "`".repeat(longest_run(text) + 1);
    format!("{mark}{}{mark}", finding_text::plain(text))
}

/// The length of the longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or_default()
}

/// Escapes text from outside, so that it contains no markup.
fn cell(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in finding_text::plain(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '|' | '\\' | '`' | '*' | '[' | ']' | '!' | '~' | '@' => {
                escaped.extend(['\\', character]);
            }
            other => escaped.push(other),
        }
    }
    escaped
}
