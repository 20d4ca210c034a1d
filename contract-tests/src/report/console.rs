//! The report for people: a line for each check as it ends, a block for each that does not pass, what
//! was covered, and one last line with the verdict.

use std::io::{self, Write};

use serde_json::Value;

use super::{entry, json};
use crate::{
    check::{Finding, Verdict},
    checks,
    runner::Run,
    session::Session,
};

/// Characters of a value that a block shows.
const SHOWN: usize = 300;

/// Writes to a terminal, a file or a pipe. A reader who goes away is no error.
#[derive(Debug)]
pub struct Console<W>(W);

impl<W: Write> Console<W> {
    /// A report on `out`.
    pub fn new(out: W) -> Self {
        Self(out)
    }

    /// What is about to be judged.
    pub fn begin(&mut self, session: &Session, checks: usize) {
        self.write(&format!("{session}\n{checks} checks\n\n"));
    }

    /// A check has ended.
    pub fn finding(&mut self, finding: &Finding) {
        let operation = finding
            .operation
            .map_or("", |operation| operation.id.as_str());
        let rule = checks::find(finding.id).map_or("", |check| check.rule);
        let verdict = finding.verdict.to_string();
        let mut text = format!("{verdict:<12}  {:<20}  {operation:<17}  ", finding.id);
        let entry = entry(finding);
        match finding.verdict {
            Verdict::Pass => text.push_str(rule),
            Verdict::Skip | Verdict::Inconclusive => {
                text.push_str(entry["reason"].as_str().unwrap_or_default());
            }
            Verdict::Fail | Verdict::Warn | Verdict::Info => {
                text.push_str(&block(finding, rule, &entry));
            }
        }
        self.write(&format!("{}\n", text.trim_end()));
    }

    /// The run has ended.
    pub fn end(&mut self, session: &Session, run: &Run) {
        let report = json(session, run);
        self.write("\nanswers of the contract                         seen  valid  invalid\n");
        for row in report["coverage"].as_array().into_iter().flatten() {
            self.write(&coverage_line(row));
        }
        let counts: Vec<_> = report["counts"]
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(_, count)| **count != 0)
            .map(|(verdict, count)| format!("{count} {verdict}"))
            .collect();
        let verdict = run.verdict().replace('_', " ");
        self.write(&format!(
            "\n{verdict}: {} (exit code {})\n",
            counts.join(", "),
            run.exit_code() as u8
        ));
    }

    fn write(&mut self, text: &str) {
        let written: io::Result<()> = self
            .0
            .write_all(text.as_bytes())
            .and_then(|()| self.0.flush());
        // The exit code still tells; there is nobody left to read the rest.
        drop(written);
    }
}

/// Everything one needs to see the violation with one's own eyes.
fn block(finding: &Finding, rule: &str, entry: &Value) -> String {
    let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let source = checks::find(finding.id).map_or("", |check| check.source);
    let mut lines = vec![
        text("message"),
        format!("  rule      {rule}"),
        format!("  at        {}", text("at")),
        format!("  expected  {}", shown(&entry["expected"])),
        format!("  got       {}", shown(&entry["actual"])),
        format!("  why       {}: {source}", finding.evidence),
        format!("  explain   contract-tests explain {}", finding.id),
    ];
    if !entry["curl"].is_null() {
        lines.push(format!("  curl      {}", text("curl")));
    }
    schemas::key::redact(&lines.join("\n")).into_owned()
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    let end = text.floor_char_boundary(SHOWN);
    format!(
        "{}{}",
        &text[..end],
        if end < text.len() { "…" } else { "" }
    )
}

fn coverage_line(row: &Value) -> String {
    let code = row["code"].as_str().unwrap_or("success");
    let reason = row["reason_unseen"]
        .as_str()
        .map(|reason| format!("  ({reason})"))
        .unwrap_or_default();
    let answer = format!(
        "{} {} {code}",
        row["operation"].as_str().unwrap_or_default(),
        row["status"]
    );
    let [seen, valid, invalid] =
        ["seen", "valid", "invalid"].map(|count| row[count].as_u64().unwrap_or_default());
    format!("  {answer:<44}  {seen:>5}  {valid:>5}  {invalid:>7}{reason}\n")
}
