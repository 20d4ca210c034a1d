//! For `explain`: what a client does that follows a rule, and what one does that violates it. A test judges both by the rule.
//!
//! A line is a request and its outcome: `0.5 s  GET /api/v1/orders -> 429; Retry-After: 2`. Further headers, and a body, follow
//! after `;`. Each request to the API carries the key unless it says otherwise. A line that ends with `n = 1 to 5, each 2 s later`
//! stands for five requests, with numbers in place of `{n}`. Other lines say what the judge sees of the program: what it prints
//! and starts, how much memory it uses, and how it ends. If a rule compares several trials, `under NAME:` begins each of them.

mod keys;
#[cfg(test)]
mod notation;
mod oauth;
mod readings;
mod requests;
mod responses;
mod retries;
mod waits;

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
    oauth::TRACES,
    retries::TRACES,
    waits::TRACES,
    responses::TRACES,
    requests::TRACES,
    readings::TRACES,
];

static TRACES: &[Traces] = &concat::<_, { length(PARTS) }>(PARTS);

/// The traces for a rule; every rule of the table has some, as a test holds.
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

    /// The judgements of a rule on a trace. Unless the trace shows the control scenario, the program succeeds in it.
    fn judgements(traces: &Traces, trace: &[&str]) -> Vec<Judgement> {
        let rule = RULES.iter().find(|rule| rule.id == traces.rule).unwrap();
        let mut all = notation::read(trace, traces.scenario, rule.is_about_oauth());
        if all.iter().all(|trial| trial.scenario.name != CONTROL) {
            all.push(TrialRecord {
                output: Some(exited(0)),
                ..trial(Vec::new())
            });
        }
        let options = Options::default();
        let trials = Trials {
            all: &all,
            elsewhere: &[],
            limits: options.limits,
            max_attempts: options.max_attempts,
            max_memory: options.max_memory,
        };
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
    fn each_rule_has_one_pair_of_traces() {
        let shown: HashSet<_> = TRACES.iter().map(|traces| traces.rule).collect();
        let rules: HashSet<_> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(shown, rules);
        assert_eq!(TRACES.len(), rules.len());
    }
}
