//! What is told of a program while it is tried, and afterwards.

use std::{io::Write, time::Duration};

use schemas::key::redact;

use super::{Finding, Judged, Options, Scenario};
use crate::check::Verdict;

/// Writes to a terminal, a file or a pipe. A reader who goes away is no error.
#[derive(Debug)]
pub struct Console<W>(W);

impl<W: Write> Console<W> {
    /// A report on `out`.
    pub fn new(out: W) -> Self {
        Self(out)
    }

    /// What is about to be tried.
    pub fn begin(&mut self, options: &Options) {
        let command: Vec<_> = options
            .command
            .iter()
            .map(|part| part.to_string_lossy())
            .collect();
        let count = options.scenarios.len();
        // Whoever puts a key on the command line has shown it already; we do not show it once more.
        self.write(&format!(
            "{}: {count} scenarios, {} at a time\n\n",
            redact(&command.join(" ")),
            options.side_by_side
        ));
    }

    /// A trial is over.
    pub fn trial(&mut self, scenario: &Scenario, took: Duration) {
        self.write(&format!(
            "  {:>7.1} s  {:<22}  {}\n",
            took.as_secs_f64(),
            scenario.name,
            scenario.summary
        ));
    }

    /// All are. The first violation of a rule is told in full, the others by their scenarios.
    pub fn end(&mut self, judged: &Judged) {
        for rule in super::RULES {
            let about: Vec<_> = judged
                .findings
                .iter()
                .filter(|finding| finding.rule.id == rule.id)
                .collect();
            self.write(&lines(&about));
        }
        for scenario in &judged.unsupported {
            self.write(&format!(
                "SKIP          scenario {}: the program does not support it\n",
                scenario.name
            ));
        }
        let counts = [
            Verdict::Pass,
            Verdict::Fail,
            Verdict::Warn,
            Verdict::Info,
            Verdict::Skip,
            Verdict::Inconclusive,
        ];
        let counts =
            counts.map(|verdict| (judged.rules(verdict), verdict.to_string().to_lowercase()));
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<_> = counts
            .map(|(count, verdict)| format!("{count} {verdict}"))
            .collect();
        let code = judged.exit_code();
        self.write(&format!(
            "\n{}: of {} rules, {} (exit code {})\n",
            code.verdict(),
            super::RULES.len(),
            counts.join(", "),
            code as u8
        ));
    }

    fn write(&mut self, text: &str) {
        // The exit code still tells; there is nobody left to read the rest.
        let _ = self
            .0
            .write_all(text.as_bytes())
            .and_then(|()| self.0.flush());
    }
}

/// What is to be told of one rule.
fn lines(about: &[&Finding]) -> String {
    let Some(worst) = about.iter().min_by_key(|finding| weight(finding.verdict)) else {
        return String::new();
    };
    let rule = worst.rule;
    let head = format!("{:<12}  {:<13}", worst.verdict.to_string(), rule.id);
    let seen = worst.seen.as_deref().unwrap_or_default();
    match worst.verdict {
        Verdict::Pass => format!("{head}  {} ({} trials)\n", rule.rule, about.len()),
        Verdict::Skip | Verdict::Inconclusive => format!("{head}  {seen}\n"),
        Verdict::Fail | Verdict::Known | Verdict::Warn | Verdict::Info => {
            let others = about
                .iter()
                .filter(|finding| finding.verdict == worst.verdict);
            let others: Vec<_> = others
                .skip(1)
                .filter_map(|finding| Some(finding.scenario?.name))
                .collect();
            let scenario = worst.scenario.map_or("all", |scenario| scenario.name);
            let mut block = vec![
                format!("{head}  scenario {scenario}"),
                format!(
                    "  rule      {}: {} ({})",
                    rule.level, rule.rule, rule.source
                ),
                format!("  seen      {seen}"),
                format!("  allowed   {}", rule.tolerance),
                format!("  fix       {}", rule.advice),
                format!("  replay    contract-tests client --scenario {scenario} -- …"),
            ];
            if !others.is_empty() {
                block.push(format!("  also      in {}", others.join(", ")));
            }
            block.join("\n") + "\n"
        }
    }
}

/// What is told first of several.
pub(super) fn weight(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Fail => 0,
        Verdict::Known => 1,
        Verdict::Warn => 2,
        Verdict::Inconclusive => 3,
        Verdict::Info => 4,
        Verdict::Pass => 5,
        Verdict::Skip => 6,
    }
}
