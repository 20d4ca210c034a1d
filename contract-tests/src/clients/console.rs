//! Prints the results of a client: each trial as it ends, then the report.

use std::io::Write;

use super::{Scenario, Stage};
use crate::{
    finding::Verdict,
    report::{
        self, Detail, Progress, finding_text,
        model::{Entry, Report},
    },
};

/// Writes to a terminal, a file or a pipe. A closed pipe is not an error.
#[derive(Debug)]
pub struct Console<W> {
    out: W,
    detail: Detail,
    /// Whether every request of the client is printed.
    trace: bool,
    progress: Progress,
    /// The number of trials, and of those that have ended.
    trials: (usize, usize),
    /// The scenarios of the running trials.
    under_way: Vec<&'static str>,
}

impl<W: Write> Console<W> {
    /// A console on `out` for a given number of trials; `trace` prints every request of each.
    pub fn new(out: W, detail: Detail, trace: bool, trials: usize) -> Self {
        Self {
            out,
            detail,
            trace,
            progress: Progress::new(trials),
            trials: (trials, 0),
            under_way: Vec::new(),
        }
    }

    /// Reports the start or the end of a trial: a progress line on a terminal, otherwise one line for each trial that has
    /// ended.
    pub fn trial(&mut self, stage: Stage) {
        match stage {
            Stage::Started(scenario) => {
                self.under_way.push(scenario.name);
                self.progress.set_message(&self.under_way.join(", "));
            }
            Stage::Finished(scenario, took) => {
                self.under_way.retain(|name| *name != scenario.name);
                self.progress.step(&self.under_way.join(", "));
                self.trials.1 += 1;
                if !self.progress.is_shown() && self.detail != Detail::Quiet {
                    let ((all, over), Scenario { name, summary, .. }) = (self.trials, scenario);
                    let took = took.as_secs_f64();
                    self.write(&format!(
                        "{over:>3}/{all} {took:>6.1} s  {name:<22}  {summary}\n"
                    ));
                }
            }
        }
    }

    /// Prints the report after all trials. The first violation of a rule is printed in full, for the others only the scenarios.
    pub fn end(&mut self, report: &Report) {
        self.progress.end();
        self.write("\n");
        for about in report.checks.chunk_by(|entry, other| entry.id == other.id) {
            let lines = lines(about, self.detail);
            self.write(&lines);
        }
        if let Some(swept) = &report.sweep {
            self.write(&format!("\n{}", finding_text::sweep(swept)));
        }
        if self.trace {
            let trials = report.trials.iter();
            let trials = trials
                .map(|one| format!("\nTRACE  {}\n{}", one.scenario, finding_text::timeline(one)));
            self.write(&trials.collect::<String>());
        }
        for trial in report.trials.iter().filter(|trial| !trial.supported) {
            self.write(&format!(
                "SKIP          scenario {}: not supported by the program\n",
                trial.scenario
            ));
        }
        self.write(&format!("\n{}\n", finding_text::closing(report).join("\n")));
    }

    fn write(&mut self, text: &str) {
        let Self { out, progress, .. } = self;
        let write = || out.write_all(text.as_bytes()).and_then(|()| out.flush());
        // The exit code still reports the result; nothing reads the rest of the output.
        drop(progress.suspend(write));
    }
}

/// The lines about one rule.
fn lines(about: &[Entry], detail: Detail) -> String {
    let Some(worst) = about.iter().min_by_key(|entry| entry.verdict.weight()) else {
        return String::new();
    };
    match detail {
        Detail::Quiet if worst.verdict != Verdict::Fail => String::new(),
        Detail::Quiet | Detail::Normal => {
            let same = about.iter().filter(|entry| entry.verdict == worst.verdict);
            report::lines(worst, &same.collect::<Vec<_>>())
        }
        Detail::Verbose => about
            .iter()
            .map(|entry| report::lines(entry, &[entry]))
            .collect(),
    }
}
