//! The console report: failures as they happen, a line per check with its counts, the responses that were not seen, and
//! the verdict.

use std::{collections::HashMap, io::Write};

use super::{check::Finding, dry_run::Plan, runner::Selection, session::Session};
use crate::{
    finding::{RunFailureKind, Verdict, count, redaction::Redacted},
    report::{
        Detail, Progress, finding_text,
        model::{Counts, Coverage, Entry, ObservedReading, Report},
        style,
    },
};

/// Writes to a terminal, a file or a pipe. A closed pipe is not an error.
#[derive(Debug)]
pub struct Console<W> {
    out: W,
    detail: Detail,
    progress: Progress,
    no_bodies: bool,
    /// The number of findings of each check.
    expected: HashMap<&'static str, usize>,
    failed: usize,
    /// Checks with findings still to come: findings arrive by evidence, not check by check.
    in_progress: Vec<CheckProgress>,
}

/// The findings of a check so far.
#[derive(Debug, Default)]
struct CheckProgress {
    id: &'static str,
    counts: Counts,
    /// The reasons why it was skipped, with counts.
    skipped: Vec<(Option<String>, usize)>,
    /// Findings printed in full, each with the later findings that equal it.
    reported: Vec<Reported>,
}

#[derive(Debug)]
struct Reported {
    verdict: Verdict,
    reason: Option<String>,
    others: Vec<Entry>,
}

impl<W: Write> Console<W> {
    pub fn new(out: W, detail: Detail) -> Self {
        Self {
            out,
            detail,
            progress: Progress::hidden(),
            no_bodies: false,
            expected: HashMap::new(),
            failed: 0,
            in_progress: Vec::new(),
        }
    }

    /// Prints neither bodies nor values that may be from a body.
    pub fn leave_out_bodies(&mut self) {
        self.no_bodies = true;
    }

    pub fn plan(&mut self, plan: &Plan) {
        if self.detail != Detail::Quiet {
            self.write(&format!("{plan}\n"));
        }
    }

    pub fn begin(&mut self, session: &Session, selection: &Selection) {
        let checks = selection.checks.iter();
        let checks = checks.map(|check| (check.id, selection.findings(check)));
        self.expected = checks.collect();
        self.progress = Progress::new(self.expected.values().sum());
        if self.detail != Detail::Quiet {
            let about = session.secrets.redact(&session.to_string());
            let checks = count(selection.checks.len(), "check");
            self.write(&format!("{}\n{checks}\n\n", finding_text::plain(&about)));
        }
    }

    pub fn finding(&mut self, session: &Session, finding: &Finding) {
        self.failed += usize::from(finding.verdict == Verdict::Fail);
        self.progress
            .step(&format!("{}, {} failed", finding.name(), self.failed));
        let in_progress = self
            .in_progress
            .iter()
            .position(|in_progress| in_progress.id == finding.id);
        let mut check = in_progress.map_or_else(CheckProgress::default, |place| {
            self.in_progress.remove(place)
        });
        check.id = finding.id;
        check.counts.add(finding.verdict);
        // Most findings are passes, of which only the count is printed.
        if finding.verdict != Verdict::Pass || self.detail == Detail::Verbose {
            self.report_finding(&mut check, self.entry(session, finding));
        }
        if self.expected.get(check.id) == Some(&check.counts.all()) {
            self.end_check(&check);
        } else {
            self.in_progress.push(check);
        }
    }

    fn entry(&self, session: &Session, finding: &Finding) -> Entry {
        let mut entry = Entry::new(session, finding);
        if self.no_bodies {
            entry.remove_bodies();
        }
        entry
    }

    pub fn end(&mut self, report: &Report) {
        for check in std::mem::take(&mut self.in_progress) {
            self.end_check(&check);
        }
        self.progress.end();
        let asked = report
            .problems
            .iter()
            .any(|problem| problem.kind == RunFailureKind::TooFewSeen);
        let shown = |row: &&Coverage| match self.detail {
            Detail::Quiet => false,
            Detail::Normal => row.invalid > 0 || (asked && row.is_missing()),
            Detail::Verbose => true,
        };
        let rows: Vec<_> = report.coverage.iter().filter(shown).map(coverage).collect();
        if !rows.is_empty() {
            let title = "responses of the contract";
            self.write(&format!(
                "\n{title:<51}   seen  valid  invalid\n{}",
                rows.concat()
            ));
        }
        if self.detail == Detail::Verbose {
            self.write(&never_seen(report));
        }
        let deviates = report.readings.iter().any(ObservedReading::deviates);
        if self.detail == Detail::Verbose || (self.detail == Detail::Normal && deviates) {
            self.write(&readings(report));
        }
        self.write(&format!("\n{}\n", finding_text::closing(report).join("\n")));
    }

    /// Prints the first finding of a kind in full and counts the others, as well as passes and skips.
    fn report_finding(&mut self, check: &mut CheckProgress, entry: Entry) {
        match (self.detail, entry.verdict) {
            (Detail::Verbose, _) => self.write(&render(&entry)),
            (Detail::Normal, Verdict::Pass) => {}
            (Detail::Normal, Verdict::Skip) => check.skip(&entry),
            (Detail::Normal, _) | (Detail::Quiet, Verdict::Fail) => {
                if let Some(entry) = check.take_if_new(entry) {
                    self.write(&render(&entry));
                }
            }
            (Detail::Quiet, _) => {}
        }
    }

    fn end_check(&mut self, check: &CheckProgress) {
        if self.detail == Detail::Verbose {
            return;
        }
        if self.detail == Detail::Normal {
            self.write(&check.line());
        }
        for reported in &check.reported {
            let others: Vec<_> = reported.others.iter().collect();
            if let Some(others) = finding_text::others(&others) {
                let (verdict, id) = (reported.verdict, check.id);
                self.write(&format!("{verdict:<12}  {id:<23}  {others}\n"));
            }
        }
    }

    fn write(&mut self, text: &str) {
        let Self { out, progress, .. } = self;
        let write = || out.write_all(text.as_bytes()).and_then(|()| out.flush());
        // Nobody reads the rest, but the exit code still has the result.
        drop(progress.suspend(write));
    }
}

impl CheckProgress {
    fn skip(&mut self, entry: &Entry) {
        let reason = entry.reason.as_deref().map(ToOwned::to_owned);
        match self.skipped.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => self.skipped.push((reason, 1)),
        }
    }

    /// Returns the entry if nothing like it was printed yet.
    fn take_if_new(&mut self, entry: Entry) -> Option<Entry> {
        let reason = entry.reason.as_deref().map(ToOwned::to_owned);
        let same = |reported: &&mut Reported| {
            reported.verdict == entry.verdict && reported.reason == reason
        };
        if let Some(reported) = self.reported.iter_mut().find(same) {
            reported.others.push(entry);
            return None;
        }
        self.reported.push(Reported {
            verdict: entry.verdict,
            reason,
            others: Vec::new(),
        });
        Some(entry)
    }

    /// The counts, and why it was skipped.
    fn line(&self) -> String {
        let counts: Vec<_> = self.counts.nonzero().collect();
        let worst = counts.iter().map(|(verdict, _)| *verdict);
        let worst = worst.min_by_key(|verdict| verdict.weight());
        let worst = worst.unwrap_or(Verdict::Skip);
        let head = format!("{:<12}  {:<23}", worst, self.id);
        let style = style(worst);
        let skipped = self.skipped.iter().map(|(reason, count)| {
            let reason = reason.as_deref().unwrap_or_default();
            (finding_text::plain(reason), count)
        });
        // After other counts, it would not say what it is the reason of.
        let is_last = self
            .counts
            .nonzero()
            .all(|(verdict, _)| [Verdict::Pass, Verdict::Skip].contains(&verdict));
        let why = match &skipped.collect::<Vec<_>>()[..] {
            [] => String::new(),
            [(reason, _)] if is_last => format!(": {reason}"),
            many => {
                let lines = many.iter();
                let lines =
                    lines.map(|(reason, count)| format!("\n{:39}{count} skip: {reason}", ""));
                lines.collect()
            }
        };
        let counts = self.counts.summary();
        format!("{style}{head}{style:#}  {counts}{why}\n")
    }
}

/// A line for passes and skips, a block for everything else.
fn render(entry: &Entry) -> String {
    let style = style(entry.verdict);
    match entry.verdict {
        Verdict::Pass | Verdict::Skip => {
            let operation = entry.operation.as_deref().unwrap_or_default();
            let (verdict, sentence) = (entry.verdict, finding_text::sentence(entry));
            format!(
                "{style}{verdict:<12}{style:#}  {:<23}  {operation:<17}  {sentence}\n",
                entry.id
            )
        }
        Verdict::Fail | Verdict::Known | Verdict::Warn | Verdict::Info | Verdict::Inconclusive => {
            format!(
                "{style}{}{style:#}\n{}",
                finding_text::headline(entry),
                finding_text::details(entry)
            )
        }
    }
}

/// The fields and enum values that no response had.
fn never_seen(report: &Report) -> String {
    let rows = || {
        let rows = report.coverage.iter();
        rows.filter(|row| !row.never_seen.is_empty())
    };
    let lines: String = rows()
        .flat_map(|row| {
            let names = row.never_seen.iter();
            let response = finding_text::status_and_code(row);
            let line =
                move |name: &Redacted| format!("  {response:<49}  {}\n", finding_text::plain(name));
            names.map(line)
        })
        .collect();
    let fields: usize = rows().map(|row| row.never_seen.len()).sum();
    format!("\nfields and enum values of the contract that no response had: {fields}\n{lines}")
}

/// The readings that the server follows where the documents contradict one another.
fn readings(report: &Report) -> String {
    let lines = report.readings.iter().map(|one| {
        let ObservedReading {
            about,
            reading,
            source,
            seen,
        } = one;
        let responses = count(*seen, "response");
        let page = if one.deviates() {
            format!(", which {source} states; the contract follows another page")
        } else {
            String::new()
        };
        format!("  {about:<30}  {reading}, in {responses}{page}\n")
    });
    format!(
        "\nwhere the documents contradict one another, this server follows\n{}",
        lines.collect::<String>()
    )
}

fn coverage(row: &Coverage) -> String {
    let response = finding_text::status_and_code(row);
    let reason = row
        .reason_unseen
        .as_deref()
        .map(|reason| format!("  ({reason})"))
        .unwrap_or_default();
    let (seen, valid, invalid) = (row.seen, row.valid, row.invalid);
    let command = row.provoke.as_deref();
    let command = command.map(|command| format!("    {}\n", finding_text::plain(command)));
    let command = command.unwrap_or_default();
    format!("  {response:<49}  {seen:>5}  {valid:>5}  {invalid:>7}{reason}\n{command}")
}
