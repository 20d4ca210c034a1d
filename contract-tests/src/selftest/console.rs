//! Tells of each mutant as it is judged.

use std::io::Write;

use super::{Judged, Proof, servers};
use crate::{clients::mutants::MUTANTS, words::count};

/// Writes to a terminal, a file or a pipe; on a terminal, the last line tells how far it has come. A reader who
/// goes away is no error.
#[derive(Debug)]
pub struct Console<W> {
    out: W,
    is_terminal: bool,
    /// Mutants that are to be judged.
    count: usize,
    judged: usize,
}

impl<W: Write> Console<W> {
    /// A report on `out` of so many mutants.
    pub fn new(out: W, is_terminal: bool, count: usize) -> Self {
        let mut console = Self {
            out,
            is_terminal,
            count,
            judged: 0,
        };
        console.progress();
        console
    }

    /// A mutant was judged: a row of the matrix. The check that was meant has a star.
    pub fn judged(&mut self, judged: &Judged) {
        self.judged += 1;
        let row = row(judged);
        self.line(&row);
        self.progress();
    }

    /// All are judged.
    pub fn end(&mut self, proof: &Proof) {
        let right = proof.judged.iter().filter(|judged| judged.is_right());
        let right = right.count();
        for alarm in &proof.alarms {
            self.line(&format!("alarm   {}: {}", alarm.of, alarm.said));
        }
        for check in &proof.unproven {
            self.line(&format!(
                "unproven  {check} catches no mutant that is meant for it"
            ));
        }
        for scenario in &proof.idle {
            self.line(&format!(
                "idle      no client with a bug breaks the rule that is meant for it under {scenario}"
            ));
        }
        let verdict = if proof.holds() { "pass" } else { "fail" };
        let code = proof.exit_code() as u8;
        self.line("");
        self.line(&format!(
            "{verdict}: {right} of {} judged right, {}, {} unproven (exit code {code})",
            count(proof.judged.len(), "mutant"),
            count(proof.alarms.len(), "false alarm"),
            proof.unproven.len()
        ));
    }

    fn line(&mut self, text: &str) {
        let clear = if self.is_terminal { "\r\x1b[K" } else { "" };
        self.write(&format!("{clear}{}\n", text.trim_end()));
    }

    fn progress(&mut self) {
        if self.is_terminal && self.judged < self.count {
            self.write(&format!("{} of {} judged", self.judged, self.count));
        }
    }

    fn write(&mut self, text: &str) {
        let written = self.out.write_all(text.as_bytes());
        // The exit code still tells; there is nobody left to read the rest.
        drop(written.and_then(|()| self.out.flush()));
    }
}

/// Every server with a bug by its name, with the check that is meant for it.
pub fn list_of_servers() -> String {
    let mutants = servers::mutants();
    let lines = mutants.map(|mutant| line(mutant.caught_by, &mutant.name()));
    lines.collect()
}

/// Every client with a bug by its name, with the rule that is meant for it.
pub fn list_of_clients() -> String {
    let mutants = MUTANTS.iter();
    let lines = mutants.map(|mutant| line(Some(mutant.caught_by), mutant.bug));
    lines.collect()
}

fn line(meant: Option<&str>, name: &str) -> String {
    format!("{:<22}  {name}\n", meant.unwrap_or("nothing"))
}

fn row(judged: &Judged) -> String {
    let verdict = match (judged.is_right(), judged.caught_by) {
        (true, Some(_)) => "killed",
        (true, None) => "borne",
        (false, Some(_)) => "ALIVE",
        (false, None) => "ALARM",
    };
    let star = |id: &&'static str| {
        let meant = judged.caught_by == Some(*id);
        format!(" {id}{}", if meant { "*" } else { "" })
    };
    let red: String = judged.red.iter().map(star).collect();
    format!("{verdict:<6}  {:<50} {red}", judged.name)
}
