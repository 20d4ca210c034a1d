//! For `explain`: what a client does that follows a rule, and what one does that violates it. A test judges both by the rule.
//!
//! A line is a request and its outcome: `0.5 s  GET /api/v1/orders -> 429; Retry-After: 2`. Further headers, and a body in
//! JSON, follow after `;`. Each request carries the key unless it says otherwise. The last lines may say what the program prints, and how
//! it ends.

mod keys;
#[cfg(test)]
mod notation;
mod requests;
mod responses;
mod retries;

use super::{Rule, scenarios::CONTROL};
use crate::finding::concat::{concat, length};

/// What clients do that follow a rule and that violate it.
#[derive(Clone, Copy, Debug)]
pub struct Traces {
    rule: &'static str,
    /// The scenario in which they do it, if the rule is about one.
    scenario: &'static str,
    good: &'static [&'static str],
    bad: &'static [&'static str],
    /// What the judge reports of the bad one.
    seen: &'static str,
}

const PARTS: &[&[Traces]] = &[
    keys::TRACES,
    retries::TRACES,
    responses::TRACES,
    requests::TRACES,
];

static TRACES: &[Traces] = &concat::<_, { length(PARTS) }>(PARTS);

/// The traces for a rule, if there are any.
pub fn find(rule: &Rule) -> Option<&'static Traces> {
    TRACES.iter().find(|traces| traces.rule == rule.id)
}

impl Traces {
    /// Traces where nothing else goes wrong.
    const fn new(
        rule: &'static str,
        good: &'static [&'static str],
        bad: &'static [&'static str],
        seen: &'static str,
    ) -> Self {
        Self {
            rule,
            scenario: CONTROL,
            good,
            bad,
            seen,
        }
    }

    /// The same under a scenario.
    const fn under(self, scenario: &'static str) -> Self {
        Self { scenario, ..self }
    }

    /// Both traces as text, with what the judge reports.
    pub fn describe(&self) -> String {
        let under = if self.scenario == CONTROL {
            String::new()
        } else {
            format!(", under {}", self.scenario)
        };
        let (good, bad) = (self.good.join("\n    "), self.bad.join("\n    "));
        format!(
            "  good trace{under}\n    {good}\n  bad trace{under}\n    {bad}\n    seen: {}\n",
            self.seen
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{
        super::{
            Options, RULES,
            example::{exited, trial},
            rules::{Judgement, Trials},
            trial_record::TrialRecord,
        },
        *,
    };

    /// The judgements of a rule on a trace; where the rule compares, with a program that succeeds in the control scenario.
    fn judgements(traces: &Traces, trace: &[&str]) -> Vec<Judgement> {
        let control = TrialRecord {
            output: Some(exited(0)),
            ..trial(Vec::new())
        };
        let mut all = vec![notation::read(trace, traces.scenario)];
        if traces.scenario != CONTROL {
            all.push(control);
        }
        let options = Options::default();
        let trials = Trials {
            all: &all,
            limits: options.limits,
            max_attempts: options.max_attempts,
            max_memory: options.max_memory,
        };
        let rule = RULES.iter().find(|rule| rule.id == traces.rule).unwrap();
        let judged = rule.judge(trials).into_iter();
        let judged = judged.map(|(_, judgement)| judgement);
        judged
            .filter(|judgement| *judgement != Judgement::NotExercised)
            .collect()
    }

    #[test]
    fn rule_passes_its_good_trace_and_reports_its_bad_one() {
        let mut wrong = Vec::new();
        for traces in TRACES {
            let good = judgements(traces, traces.good);
            let bad = judgements(traces, traces.bad);
            let expected = vec![Judgement::Violation(traces.seen.to_owned())];
            if good != [Judgement::Pass] || bad != expected {
                wrong.push((traces.rule, good, bad));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn a_rule_has_one_pair_of_traces_at_most() {
        let rules: HashSet<_> = TRACES.iter().map(|traces| traces.rule).collect();
        assert_eq!(rules.len(), TRACES.len());
    }
}
