//! Prints the result of each mutant as it is judged.

use std::io::Write;

use super::{Judged, Proof, servers};
use crate::{finding::count, reference_client::mutants::MUTANTS, report::Progress};

/// Writes to a terminal, a file or a pipe. A closed pipe is not an error.
#[derive(Debug)]
pub struct Console<W> {
    out: W,
    progress: Progress,
}

impl<W: Write> Console<W> {
    /// A console on `out` for a given number of mutants.
    pub fn new(out: W, count: usize) -> Self {
        let progress = Progress::new(count);
        Self { out, progress }
    }

    /// Prints a judged mutant as a row of the matrix. A star marks the intended check.
    pub fn judged(&mut self, judged: &Judged) {
        let row = row(judged);
        self.line(&row);
        self.progress.step("judged");
    }

    /// Prints what the intended check found on a server.
    pub fn found(&mut self, judged: &Judged) {
        if let Some(found) = &judged.found {
            self.line(found);
        }
    }

    /// Prints the summary after all mutants are judged.
    pub fn end(&mut self, proof: &Proof) {
        self.progress.end();
        let right = proof.judged.iter().filter(|judged| judged.is_as_expected());
        let right = right.count();
        for alarm in &proof.alarms {
            self.line(&format!("alarm   {}: {}", alarm.of, alarm.said));
        }
        for check in &proof.unproven {
            self.line(&format!("unproven  {check} catches none of its mutants"));
        }
        for scenario in &proof.idle {
            self.line(&format!("idle      no mutant is caught under {scenario}"));
        }
        let verdict = if proof.passes() { "pass" } else { "fail" };
        let code = proof.exit_code() as u8;
        self.line("");
        self.line(&format!(
            "{verdict}: {right} of {} as expected, {}, {} unproven (exit code {code})",
            count(proof.judged.len(), "mutant"),
            count(proof.alarms.len(), "false alarm"),
            proof.unproven.len()
        ));
    }

    fn line(&mut self, text: &str) {
        let Self { out, progress } = self;
        let write = || writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush());
        // The exit code still reports the result; nothing reads the rest of the output.
        drop(progress.suspend(write));
    }
}

/// The name of every server with a bug, and the check intended for it.
pub fn list_of_servers() -> String {
    let mutants = servers::mutants();
    let lines = mutants.map(|mutant| line(mutant.caught_by, &mutant.name()));
    lines.collect()
}

/// The name of every client with a bug, and the rule intended for it.
pub fn list_of_clients() -> String {
    let mutants = MUTANTS.iter();
    let lines = mutants.map(|mutant| line(Some(mutant.caught_by), mutant.bug));
    lines.collect()
}

fn line(caught_by: Option<&str>, name: &str) -> String {
    format!("{:<22}  {name}\n", caught_by.unwrap_or("nothing"))
}

fn row(judged: &Judged) -> String {
    let verdict = match (judged.is_as_expected(), judged.caught_by) {
        (true, Some(_)) if judged.inconclusive => "inconclusive",
        (true, Some(_)) => "killed",
        (true, None) => "ignored",
        (false, Some(_)) => "SURVIVED",
        (false, None) => "ALARM",
    };
    let star = |id: &&'static str| {
        let meant = judged.caught_by == Some(*id);
        format!(" {id}{}", if meant { "*" } else { "" })
    };
    let red: String = judged.red.iter().map(star).collect();
    format!("{verdict:<12}  {:<50} {red}", judged.name)
}
