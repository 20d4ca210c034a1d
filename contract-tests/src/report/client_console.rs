//! What people are told of a client: each trial as it ends, and then a view of the report like any other.

use std::{io::Write, time::Duration};

use super::{
    block,
    console::{Detail, style},
    model::{Entry, Report},
};
use crate::{
    check::Verdict,
    clients::{Scenario, Trial},
};

/// Writes to a terminal, a file or a pipe. A reader who goes away is no error.
#[derive(Debug)]
pub struct ClientConsole<W> {
    out: W,
    detail: Detail,
    /// Whether all that the client did is told, call by call.
    trace: bool,
}

impl<W: Write> ClientConsole<W> {
    /// A report on `out`; `trace`: with every call of every trial.
    pub fn new(out: W, detail: Detail, trace: bool) -> Self {
        Self { out, detail, trace }
    }

    /// A trial is over.
    pub fn trial(&mut self, scenario: &Scenario, took: Duration) {
        if self.detail != Detail::Quiet {
            let (took, name) = (took.as_secs_f64(), scenario.name);
            self.write(&format!(
                "  {took:>7.1} s  {name:<22}  {}\n",
                scenario.summary
            ));
        }
    }

    /// All are. The first violation of a rule is told in full, the others by their scenarios.
    pub fn end(&mut self, report: &Report) {
        self.write("\n");
        for about in report.checks.chunk_by(|one, other| one.id == other.id) {
            let lines = lines(about, self.detail);
            self.write(&lines);
        }
        if let Some(swept) = &report.sweep {
            self.write(&format!("\n{}", block::sweep(swept)));
        }
        if self.trace {
            let trials: String = report.trials.iter().map(timeline).collect();
            self.write(&trials);
        }
        for trial in report.trials.iter().filter(|trial| !trial.supported) {
            self.write(&format!(
                "SKIP          scenario {}: the program does not support it\n",
                trial.scenario
            ));
        }
        self.write(&format!("\n{}\n", block::closing(report).join("\n")));
    }

    fn write(&mut self, text: &str) {
        // The exit code still tells; there is nobody left to read the rest.
        let _ = self
            .out
            .write_all(text.as_bytes())
            .and_then(|()| self.out.flush());
    }
}

/// Every call of a trial, a line each, by the time since the first.
fn timeline(trial: &Trial) -> String {
    let first = trial.calls.first().map_or(0, |call| call.at_ms);
    let calls = trial.calls.iter().map(|call| {
        let told = call.told(first);
        format!("  #{:<3} {}\n", call.connection, block::plain(&told))
    });
    let calls: String = calls.collect();
    let more = match trial.left_out {
        0 => String::new(),
        count => format!("  … {count} more\n"),
    };
    format!("\nTRACE  {}\n{calls}{more}", trial.scenario)
}

/// What is to be told of one rule.
fn lines(about: &[Entry], detail: Detail) -> String {
    let Some(worst) = about.iter().min_by_key(|entry| entry.verdict.weight()) else {
        return String::new();
    };
    match detail {
        Detail::Quiet if worst.verdict != Verdict::Fail => String::new(),
        Detail::Quiet | Detail::Normal => {
            let same = about.iter().filter(|entry| entry.verdict == worst.verdict);
            told(worst, &same.collect::<Vec<_>>())
        }
        Detail::Verbose => about.iter().map(|entry| told(entry, &[entry])).collect(),
    }
}

/// A line, or a block where there is more to tell; `same`: it, and what has the same verdict.
pub(super) fn told(entry: &Entry, same: &[&Entry]) -> String {
    let (verdict, style) = (entry.verdict, style(entry.verdict));
    let head = format!("{style}{verdict:<12}{style:#}  {:<13}", entry.id);
    match verdict {
        Verdict::Pass => {
            let where_to = match same {
                [_] => entry.group().to_owned(),
                many if entry.seen.is_some() => format!("{} operations", many.len()),
                many => format!("{} trials", many.len()),
            };
            format!("{head}  {} ({where_to})\n", entry.rule)
        }
        Verdict::Skip | Verdict::Inconclusive => format!("{head}  {}\n", block::sentence(entry)),
        Verdict::Fail | Verdict::Known | Verdict::Warn | Verdict::Info => {
            let others = block::others(&same[1..]);
            let others = others.map(|others| format!("  also      {others}\n"));
            format!(
                "{style}{}{style:#}\n{}{}",
                block::headline(entry),
                block::details(entry),
                others.unwrap_or_default()
            )
        }
    }
}
