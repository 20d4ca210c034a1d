//! Every rule that a good client keeps: a row in the table, a function in the file of its topic.
//!
//! A rule is judged wherever the event that arms it was seen, and nowhere else: a client that did nothing has
//! kept nothing.

mod auth;
mod backoff;
mod concurrency;
mod diagnostics;
mod http;
mod idempotency;
mod ids;
mod oauth;
mod order;
mod pages;
mod rate_limit_responses;
mod readings;
mod redirects;
mod responses;
mod retries;
mod retry_after;
mod secrets;
mod stopped;
mod table;
mod timeouts;
mod unfinished;

use std::time::Duration;

pub(crate) use self::secrets::holds;
pub use self::table::RULES;
use super::{scenarios::CONTROL, trial::Limits, trial_record::TrialRecord};
use crate::finding::Level;

/// What can be said of a rule in a trial.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Judgement {
    /// It was kept.
    Pass,
    /// It was broken; what was seen.
    Violation(String),
    /// Nothing that arms it was seen.
    NotExercised,
    /// It was armed, and yet cannot be judged, for this reason.
    Inconclusive(String),
}

/// Broken if something of that kind was seen.
impl From<Option<String>> for Judgement {
    fn from(seen: Option<String>) -> Self {
        seen.map_or(Self::Pass, Self::Violation)
    }
}

/// All trials of a program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trials<'a> {
    /// What is known of each.
    pub all: &'a [TrialRecord],
    /// How long things might take.
    pub limits: Limits,
    /// Maximum number of attempts of one request.
    pub max_attempts: usize,
    /// Maximum memory for an endless response, in bytes.
    pub max_memory: u64,
}

impl<'a> Trials<'a> {
    /// The trial under a scenario.
    pub(crate) fn under(&self, name: &str) -> Option<&'a TrialRecord> {
        self.all.iter().find(|one| one.scenario.name == name)
    }

    /// The trial in which all went well.
    pub(crate) fn control(&self) -> Option<&'a TrialRecord> {
        self.under(CONTROL)
    }
}

/// How a rule is judged.
#[derive(Clone, Copy, Debug)]
enum Judge {
    /// In each trial by itself.
    Each(fn(&TrialRecord, Trials<'_>) -> Judgement),
    /// In all of them together.
    Across(fn(Trials<'_>) -> Judgement),
}

/// A rule that a good client keeps.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Names it for ever: `CLI-AUTH-7`.
    pub id: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// The rule, as a sentence.
    pub rule: &'static str,
    /// Who says so, and how strongly.
    pub source: &'static str,
    /// What has to be seen before it can be judged.
    pub exercised_by: &'static str,
    /// What is let pass.
    pub tolerance: &'static str,
    /// How to keep it.
    pub advice: &'static str,
    judge: Judge,
}

impl Rule {
    /// Whether it is about programs that sign in by OAuth, and no others.
    pub fn is_about_oauth(&self) -> bool {
        self.id.starts_with("CLI-OAUTH-")
    }

    /// What can be said of it: of each trial, or, with none, of all together.
    pub(crate) fn judge<'a>(
        &self,
        trials: Trials<'a>,
    ) -> Vec<(Option<&'a TrialRecord>, Judgement)> {
        match self.judge {
            Judge::Each(judge) => {
                let each = trials.all.iter();
                each.map(|one| (Some(one), judge(one, trials))).collect()
            }
            Judge::Across(judge) => vec![(None, judge(trials))],
        }
    }
}

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id.eq_ignore_ascii_case(id))
}

/// A time for people.
fn millis(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_cards_are_sentences() {
        let ids: HashSet<_> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
        for rule in RULES {
            let sentences = [rule.rule, rule.advice];
            assert!(rule.id.starts_with("CLI-"), "{}", rule.id);
            assert!(
                sentences.iter().all(|text| text.ends_with('.')),
                "{}",
                rule.id
            );
        }
    }
}
