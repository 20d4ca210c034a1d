//! A scenario that is switched on: it counts calls and says which faults each meets.
//!
//! It knows no clock: whoever asks says how much time has passed.

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use jiff::SignedDuration;
use schemas::ScopeSet;

use crate::{
    chance::Chance,
    destination::Destination,
    faults::Fault,
    phase::Phase,
    scenario::{Action, After, By, Rule, Scenario, When},
};

/// Paths whose calls are counted by themselves, in all rules together.
const MAX_PATHS: usize = 10_000;

/// The state that a scenario begins in.
const START: &str = "start";

/// What is asked of the server.
#[derive(Clone, Copy, Debug)]
pub struct RequestFacts<'a> {
    /// What it is addressed to.
    pub destination: Destination,
    /// The method.
    pub method: &'a str,
    /// The path; of a request to the API, without `/api/v1`.
    pub path: &'a str,
    /// The id of the key; empty where there is none.
    pub key: &'a str,
    /// What the scenario calls it, if it is one of the scenario's own.
    pub own_key: Option<&'a str>,
    /// What the key holds.
    pub scopes: ScopeSet,
    /// How long the scenario is switched on.
    pub age: SignedDuration,
}

/// A rule that has matched a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RuleMatch {
    /// Which rule, from 0.
    pub rule: usize,
    /// Which of the requests that it looked at, from 1.
    pub count: u64,
}

/// A fault that is to meet a request.
#[derive(Debug)]
pub struct PlannedFault {
    /// How far the request comes first.
    pub phase: Phase,
    /// The fault.
    pub fault: Fault,
    /// What it draws from.
    pub chance: Chance,
    /// The rule that has matched; none, where the request itself asked for it.
    pub why: Option<RuleMatch>,
}

/// A scenario that is switched on.
#[derive(Clone, Debug)]
pub struct Planner {
    scenario: Arc<Scenario>,
    seed: u64,
    state: String,
    requests: u64,
    /// How many requests each rule has looked at, and met.
    counts: Vec<(u64, u64)>,
    /// How many requests a rule has looked at of each path, where it counts so; by the hash of both.
    by_path: HashMap<u64, u64>,
    /// Which steps are done.
    done: Vec<bool>,
}

impl Planner {
    /// Switches a scenario on.
    pub fn new(scenario: Arc<Scenario>, seed: u64) -> Self {
        Self {
            counts: vec![(0, 0); scenario.rules.len()],
            by_path: HashMap::new(),
            done: vec![false; scenario.steps.len()],
            state: START.to_owned(),
            requests: 0,
            seed,
            scenario,
        }
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Whether it is this scenario, and not one like it.
    pub fn is(&self, scenario: &Arc<Scenario>) -> bool {
        Arc::ptr_eq(&self.scenario, scenario)
    }

    /// The state that it is in.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// How many requests to the API it has seen.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// How many requests each rule has looked at, and met.
    pub fn counts(&self) -> &[(u64, u64)] {
        &self.counts
    }

    /// What happens by itself before a request, so long after the scenario was switched on. Each step
    /// happens once.
    pub fn due(&mut self, age: SignedDuration) -> Vec<Action> {
        let mut actions = Vec::new();
        // A step may bring the state that another waits for.
        while let Some(number) = self.next_due(age) {
            self.done[number] = true;
            for action in &self.scenario.steps[number].actions {
                if let Action::State(state) = action {
                    self.state.clone_from(state);
                }
                actions.push(action.clone());
            }
        }
        actions
    }

    fn next_due(&self, age: SignedDuration) -> Option<usize> {
        let steps = self.scenario.steps.iter();
        let mut waiting = steps.enumerate().filter(|(number, _)| !self.done[*number]);
        let due = waiting.find(|(_, step)| match &step.after {
            After::Requests(count) => self.requests >= *count,
            After::Time(time) => age >= time.0,
            After::State(state) => self.state == *state,
        });
        due.map(|(number, _)| number)
    }

    /// The rules that meet a request, which is counted.
    pub fn plan(&mut self, asked: &RequestFacts<'_>) -> Vec<RuleMatch> {
        if asked.destination.endpoint().is_none() {
            self.requests += 1;
        }
        let mut fired = Vec::new();
        for (number, rule) in self.scenario.rules.iter().enumerate() {
            if !rule.when.is_about(asked, &self.state) || !rule.applies_to(asked.destination) {
                continue;
            }
            let (looked_at, met) = &mut self.counts[number];
            *looked_at += 1;
            let one = RuleMatch {
                rule: number,
                count: *looked_at,
            };
            let number = match rule.when.by {
                None => Some(one.count),
                Some(By::Path) => counted(&mut self.by_path, (number, asked.path)),
            };
            if number.is_some_and(|number| rule.when.meets(one, number, self.seed)) {
                *met += 1;
                fired.push(one);
                if let Some(state) = &rule.then {
                    self.state.clone_from(state);
                }
            }
        }
        fired
    }

    /// The faults of the rules that fired on a request to the destination, phase by phase.
    pub fn faults(&self, fired: &[RuleMatch], destination: Destination) -> Vec<PlannedFault> {
        if fired.is_empty() {
            return Vec::new();
        }
        let phases = [Phase::BeforeAuth, Phase::BeforeHandler, Phase::AfterHandler];
        let in_phase = |phase| {
            fired.iter().flat_map(move |fired| {
                let rule = &self.scenario.rules[fired.rule];
                let faults = rule.faults_in(phase);
                let faults =
                    faults.filter(move |fault| fault.applies().to_destination(destination));
                faults.map(move |fault| PlannedFault {
                    phase,
                    fault: fault.clone(),
                    chance: Chance::new(self.seed, fired.rule + MAX_RULES, fired.count),
                    why: Some(*fired),
                })
            })
        };
        phases.into_iter().flat_map(in_phase).collect()
    }
}

/// Counts one more of something; nothing any more, where there are too many of them.
fn counted(counts: &mut HashMap<u64, u64>, of: impl Hash) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    let key = hasher.finish();
    if counts.len() >= MAX_PATHS && !counts.contains_key(&key) {
        return None;
    }
    let count = counts.entry(key).or_default();
    *count += 1;
    Some(*count)
}

/// Chance that decides whether a rule fires is another than that its faults draw from.
const MAX_RULES: usize = crate::scenario::MAX_PARTS;

impl Rule {
    /// Whether one of its faults applies to the destination. A rule without faults leads from state to state.
    fn applies_to(&self, destination: Destination) -> bool {
        let mut faults = self.faults.iter();
        self.faults.is_empty() || faults.any(|fault| fault.applies().to_destination(destination))
    }

    /// Those of its faults that meet a request in a phase.
    fn faults_in(&self, phase: Phase) -> impl Iterator<Item = &Fault> {
        let faults = self.faults.iter();
        faults.filter(move |fault| self.phase.unwrap_or_else(|| fault.default_phase()) == phase)
    }
}

impl When {
    /// Whether a request is one of those that the rule counts.
    fn is_about(&self, asked: &RequestFacts<'_>, state: &str) -> bool {
        let (operations, endpoints) = (&self.operation, &self.endpoint);
        let is_there = match asked.destination {
            Destination::Operation(operation) => {
                endpoints.is_empty() && (operations.is_empty() || operations.contains(&operation))
            }
            Destination::Endpoint(endpoint) => endpoints.contains(&endpoint),
        };
        is_there
            && self
                .method
                .as_deref()
                .is_none_or(|method| method.eq_ignore_ascii_case(asked.method))
            && self
                .path
                .as_deref()
                .is_none_or(|pattern| matches(pattern, asked.path))
            && self
                .key
                .as_deref()
                .is_none_or(|key| key == asked.key || Some(key) == asked.own_key)
            && self
                .preset
                .is_none_or(|preset| asked.scopes.contains_all(preset.scopes()))
            && self.from.is_none_or(|from| asked.age >= from.0)
            && self.until.is_none_or(|until| asked.age < until.0)
            && self.state.as_deref().is_none_or(|wanted| wanted == state)
    }

    /// Whether the rule meets the request that it has counted so, and which has this number by what is counted.
    fn meets(&self, fired: RuleMatch, number: u64, seed: u64) -> bool {
        self.nth.is_none_or(|numbers| numbers.contain(number))
            && self
                .every
                .is_none_or(|every| number.is_multiple_of(every.get()))
            && self.probability.is_none_or(|probability| {
                Chance::new(seed, fired.rule, fired.count).happens(probability)
            })
    }
}

/// Whether a path is as a pattern says, part by part; `*` stands for any part.
fn matches(pattern: &str, path: &str) -> bool {
    let mut pattern = pattern.trim_matches('/').split('/');
    let mut path = path.trim_matches('/').split('/');
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(wanted), Some(part)) if wanted == "*" || wanted == part => {}
            _ => return false,
        }
    }
}
