//! The report for people: what does not pass, as it happens; what was not seen; and one last line with
//! the verdict. On a terminal, one line that is written anew tells how far the run has come.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{
    block,
    model::{Coverage, Entry, Followed, Report},
};
use crate::{
    check::{Finding, Verdict},
    plan::Plan,
    problem::ProblemKind,
    secrets::Clean,
    session::Session,
    words::count,
};

/// How much is told.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Detail {
    /// What fails, and the verdict.
    Quiet,
    /// Also what is skipped, and which answers were not seen. Where nobody watches, also what passes.
    #[default]
    Normal,
    /// Everything.
    Verbose,
}

/// Writes to a terminal, a file or a pipe. A reader who goes away is no error.
#[derive(Debug)]
pub struct Console<W> {
    out: W,
    detail: Detail,
    /// Whether somebody watches.
    live: bool,
    /// Findings that there will be.
    total: usize,
    /// Findings so far, and failures among them.
    done: (usize, usize),
    /// Characters of the line that is written anew.
    line: usize,
    /// The check whose findings come in.
    check: &'static str,
    /// What was told of it, and on which operations it is the same.
    told: Vec<Told>,
}

#[derive(Debug)]
struct Told {
    verdict: Verdict,
    reason: Option<String>,
    others: Vec<Entry>,
}

impl<W: Write> Console<W> {
    /// A report on `out`; `live`: it is a terminal.
    pub fn new(out: W, live: bool, detail: Detail) -> Self {
        Self {
            out,
            detail,
            live,
            total: 0,
            done: (0, 0),
            line: 0,
            check: "",
            told: Vec::new(),
        }
    }

    /// What is about to be sent.
    pub fn plan(&mut self, plan: &Plan) {
        if self.detail != Detail::Quiet {
            self.write(&format!("{plan}\n"));
        }
    }

    /// What is about to be judged.
    pub fn begin(&mut self, session: &Session, checks: usize, findings: usize) {
        self.total = findings;
        if self.detail != Detail::Quiet {
            let about = session.secrets.text(&session.to_string());
            let checks = count(checks, "check");
            self.write(&format!("{}\n{checks}\n\n", block::plain(&about)));
        }
    }

    /// A check has ended.
    pub fn finding(&mut self, session: &Session, finding: &Finding) {
        let entry = Entry::new(session, finding);
        self.done.0 += 1;
        self.done.1 += usize::from(entry.verdict == Verdict::Fail);
        if self.check != entry.id {
            self.tell_others();
            self.check = entry.id;
        }
        let progress = format!(
            "{}/{} {}, {} failed",
            self.done.0,
            self.total,
            entry.name(),
            self.done.1
        );
        self.tell(entry);
        self.show_progress(&progress);
    }

    /// The run has ended.
    pub fn end(&mut self, report: &Report) {
        self.tell_others();
        self.show_progress("");
        let asked = report
            .problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::TooFewSeen);
        let shown = |row: &&Coverage| match self.detail {
            Detail::Quiet => false,
            Detail::Normal => row.invalid > 0 || (asked && row.is_missing()),
            Detail::Verbose => true,
        };
        let rows: Vec<_> = report.coverage.iter().filter(shown).map(coverage).collect();
        if !rows.is_empty() {
            let title = "answers of the contract";
            self.write(&format!(
                "\n{title:<51}   seen  valid  invalid\n{}",
                rows.concat()
            ));
        }
        if self.detail == Detail::Verbose {
            let text = never_seen(report) + &readings(report);
            self.write(&text);
        }
        self.write(&format!("\n{}\n", block::closing(report).join("\n")));
    }

    /// The first of its kind in full; the others are only counted.
    fn tell(&mut self, entry: Entry) {
        let wanted = match self.detail {
            Detail::Verbose => true,
            Detail::Normal => entry.verdict != Verdict::Pass || !self.live,
            Detail::Quiet => entry.verdict == Verdict::Fail,
        };
        if !wanted {
            return;
        }
        if self.detail != Detail::Verbose && entry.verdict != Verdict::Pass {
            let reason = entry.reason.as_deref().map(ToOwned::to_owned);
            let same = |told: &&mut Told| told.verdict == entry.verdict && told.reason == reason;
            if let Some(told) = self.told.iter_mut().find(same) {
                told.others.push(entry);
                return;
            }
            let verdict = entry.verdict;
            self.told.push(Told {
                verdict,
                reason,
                others: Vec::new(),
            });
        }
        let text = told(&entry);
        self.write(&text);
    }

    fn tell_others(&mut self) {
        for told in std::mem::take(&mut self.told) {
            let others: Vec<_> = told.others.iter().collect();
            if let Some(others) = block::others(&others) {
                self.write(&format!(
                    "{:<12}  {:<20}  {others}\n",
                    told.verdict, self.check
                ));
            }
        }
    }

    fn show_progress(&mut self, text: &str) {
        if self.live {
            let text: String = text.chars().take(78).collect();
            let line = format!("\r{text:<width$}\r{text}", width = self.line);
            self.line = text.chars().count();
            self.put(&line);
        }
    }

    /// Lines of their own, where the line that is written anew was.
    fn write(&mut self, text: &str) {
        if self.line > 0 {
            self.show_progress("");
        }
        self.put(text);
    }

    fn put(&mut self, text: &str) {
        let written: io::Result<()> = self
            .out
            .write_all(text.as_bytes())
            .and_then(|()| self.out.flush());
        // The exit code still tells; there is nobody left to read the rest.
        drop(written);
    }
}

/// A line, or a block where there is more to tell.
fn told(entry: &Entry) -> String {
    let style = style(entry.verdict);
    match entry.verdict {
        Verdict::Pass | Verdict::Skip | Verdict::Inconclusive => {
            let operation = entry.operation.unwrap_or_default();
            let (verdict, sentence) = (entry.verdict, block::sentence(entry));
            format!(
                "{style}{verdict:<12}{style:#}  {:<20}  {operation:<17}  {sentence}\n",
                entry.id
            )
        }
        Verdict::Fail | Verdict::Known | Verdict::Warn | Verdict::Info => {
            format!(
                "{style}{}{style:#}\n{}",
                block::headline(entry),
                block::details(entry)
            )
        }
    }
}

/// The colour only repeats the word.
pub(super) fn style(verdict: Verdict) -> Style {
    let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
    match verdict {
        Verdict::Pass => colour(AnsiColor::Green),
        Verdict::Fail => colour(AnsiColor::Red).bold(),
        Verdict::Known | Verdict::Warn | Verdict::Inconclusive => colour(AnsiColor::Yellow),
        Verdict::Info => colour(AnsiColor::Cyan),
        Verdict::Skip => Style::new().dimmed(),
    }
}

/// The fields and words that no answer had.
fn never_seen(report: &Report) -> String {
    let rows = || {
        let rows = report.coverage.iter();
        rows.filter(|row| !row.never_seen.is_empty())
    };
    let lines: String = rows()
        .flat_map(|row| {
            let names = row.never_seen.iter();
            let answer = block::answer(row);
            let line = move |name: &Clean| format!("  {answer:<49}  {}\n", block::plain(name));
            names.map(line)
        })
        .collect();
    let fields: usize = rows().map(|row| row.never_seen.len()).sum();
    format!(
        "\n{fields} fields and words of the contract were never seen in answers that were\n{lines}"
    )
}

/// What the server does where the documents contradict one another.
fn readings(report: &Report) -> String {
    let lines = report.readings.iter().map(|one| {
        let Followed {
            about,
            reading,
            seen,
            ..
        } = one;
        let answers = count(*seen, "answer");
        format!("  {about:<30}  {reading}, in {answers}\n")
    });
    format!(
        "\nwhere the documents contradict one another, this server follows\n{}",
        lines.collect::<String>()
    )
}

fn coverage(row: &Coverage) -> String {
    let answer = block::answer(row);
    let reason = row
        .reason_unseen
        .map(|reason| format!("  ({reason})"))
        .unwrap_or_default();
    let (seen, valid, invalid) = (row.seen, row.valid, row.invalid);
    let command = row.provoke.as_deref();
    let command = command.map(|command| format!("    {}\n", block::plain(command)));
    let command = command.unwrap_or_default();
    format!("  {answer:<49}  {seen:>5}  {valid:>5}  {invalid:>7}{reason}\n{command}")
}
