//! Every rule for clients: a row in the table, a function in the file of its topic.
//!
//! A rule is judged wherever the event that exercises it was seen, and nowhere else: a client that did nothing passes nothing.

mod auth;
mod backoff;
mod bounds;
mod busy_polls;
mod concurrency;
mod cycles;
mod diagnostics;
mod done;
mod endless_waits;
mod failure;
mod final_errors;
mod hex_dump;
mod http;
mod idempotency;
mod ids;
mod lost_posts;
mod oauth;
mod order;
mod pages;
mod polls;
mod rate_limit_responses;
mod readings;
mod redirects;
mod responses;
mod retries;
mod retry_after;
mod reuse;
mod secrets;
mod silence;
mod stopped;
mod table;
mod timeouts;
mod unfinished;

use std::time::Duration;

pub(crate) use self::secrets::{KEY_PART, holds, key_parts};
pub use self::table::RULES;
use super::{
    scenarios::{CONTROL, Scenario},
    shard,
    trial::Limits,
    trial_record::TrialRecord,
};
use crate::finding::Level;

/// The judgement of a rule in a trial.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Judgement {
    /// It was followed.
    Pass,
    /// It was violated; what was seen.
    Violation(String),
    /// Nothing that exercises it was seen.
    NotExercised,
    /// It was exercised but cannot be judged, for this reason.
    Inconclusive(String),
}

/// A violation if there is a text, otherwise a pass.
impl From<Option<String>> for Judgement {
    fn from(seen: Option<String>) -> Self {
        seen.map_or(Self::Pass, Self::Violation)
    }
}

/// All trials of a program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trials<'a> {
    /// Their records.
    pub all: &'a [TrialRecord],
    /// The scenarios that other parts of the run have.
    pub elsewhere: &'a [&'static Scenario],
    /// The time limits of the trials.
    pub limits: Limits,
    /// Maximum number of attempts of one request.
    pub max_attempts: usize,
    /// Maximum memory for an endless response, in bytes.
    pub max_memory: u64,
}

impl<'a> Trials<'a> {
    fn under(&self, name: &str) -> Option<&'a TrialRecord> {
        self.all.iter().find(|trial| trial.scenario.name == name)
    }

    /// The trials in two scenarios that a rule compares, if there are both.
    pub(crate) fn pair(
        &self,
        one: &str,
        other: &str,
    ) -> Option<(&'a TrialRecord, &'a TrialRecord)> {
        debug_assert!(
            shard::are_in_same_part(one, other),
            "--shard separates {one} and {other}"
        );
        self.under(one).zip(self.under(other))
    }

    /// The control trial.
    pub(crate) fn control(&self) -> Option<&'a TrialRecord> {
        self.under(CONTROL)
    }
}

/// How a rule is judged.
#[derive(Clone, Copy, Debug)]
enum Judge {
    /// In each trial separately.
    Each(fn(&TrialRecord, Trials<'_>) -> Judgement),
    /// In all trials together.
    Across(fn(Trials<'_>) -> Judgement),
}

/// A rule for clients.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its permanent id, such as `CLI-AUTH-7`.
    pub id: &'static str,
    /// Its level.
    pub level: Level,
    /// The rule, as a sentence.
    pub rule: &'static str,
    /// What goes wrong otherwise, as a sentence.
    pub why: &'static str,
    /// The document that requires it, and how strictly.
    pub source: &'static str,
    /// What must be seen before the rule can be judged.
    pub exercised_by: &'static str,
    /// What it tolerates.
    pub tolerance: &'static str,
    /// How to follow it.
    pub advice: &'static str,
    judge: Judge,
}

impl Rule {
    /// Whether it applies only to programs that sign in by OAuth.
    pub fn is_about_oauth(&self) -> bool {
        self.id.starts_with("CLI-OAUTH-")
    }

    /// The judgements: one for each trial, or one without a trial for all of them together.
    pub(crate) fn judge<'a>(
        &self,
        trials: Trials<'a>,
    ) -> Vec<(Option<&'a TrialRecord>, Judgement)> {
        match self.judge {
            Judge::Each(judge) => {
                let each = trials.all.iter();
                each.map(|trial| (Some(trial), judge(trial, trials)))
                    .collect()
            }
            Judge::Across(judge) => vec![(None, judge(trials))],
        }
    }
}

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id.eq_ignore_ascii_case(id))
}

/// A duration as text.
fn millis(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_texts_are_sentences() {
        let ids: HashSet<_> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
        for rule in RULES {
            let sentences = [rule.rule, rule.why, rule.advice];
            assert!(rule.id.starts_with("CLI-"), "{}", rule.id);
            assert!(
                sentences.iter().all(|text| text.ends_with('.')),
                "{}",
                rule.id
            );
        }
    }
}
