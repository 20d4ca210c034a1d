//! An active scenario: it counts requests and determines the faults of each.
//!
//! It has no clock: the caller passes the time since the start.

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
    scenario::{Action, After, By, Rule, Scenario, Step, When},
};

/// Maximum number of paths with separate counts, over all rules.
const MAX_PATHS: usize = 10_000;

/// The initial state of a scenario.
const START: &str = "start";

/// The facts about a request that rules depend on.
#[derive(Clone, Copy, Debug)]
pub struct RequestFacts<'a> {
    /// Its destination.
    pub destination: Destination,
    /// The method.
    pub method: &'a str,
    /// The path, without `/api/v1` for requests to the API.
    pub path: &'a str,
    /// The number of rows of a list that it skips; 0 if it names none.
    pub offset: u64,
    /// The id of the key; empty if there is none.
    pub key: &'a str,
    /// The name of the key in the scenario, if the scenario defines it.
    pub own_key: Option<&'a str>,
    /// The scopes of the key.
    pub scopes: ScopeSet,
    /// The time since the scenario became active.
    pub age: SignedDuration,
}

/// A rule that fires on a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RuleMatch {
    /// The index of the rule.
    pub rule: usize,
    /// The number of the request among those that the rule has counted, starting at 1.
    pub count: u64,
}

/// A fault that applies to a request.
#[derive(Debug)]
pub struct PlannedFault {
    /// How far the server processes the request first.
    pub phase: Phase,
    /// The fault.
    pub fault: Fault,
    /// The random numbers for the fault.
    pub chance: Chance,
    /// The rule that fired; `None` if the request itself asked for the fault.
    pub why: Option<RuleMatch>,
}

/// An active scenario.
#[derive(Clone, Debug)]
pub struct Planner {
    scenario: Arc<Scenario>,
    seed: u64,
    state: String,
    requests: u64,
    /// For each rule, the number of requests that it has counted, and the number on which it fired.
    counts: Vec<(u64, u64)>,
    /// For rules that count by path, the number of requests; the key is the hash of rule and path.
    by_path: HashMap<u64, u64>,
    /// Whether each step is done.
    done: Vec<bool>,
}

impl Planner {
    /// Activates a scenario.
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

    /// Whether it runs this very scenario, not an equal one.
    pub fn plans(&self, scenario: &Arc<Scenario>) -> bool {
        Arc::ptr_eq(&self.scenario, scenario)
    }

    /// The current state.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// The number of requests to the API so far.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// For each rule, the number of requests that it has counted, and the number on which it fired.
    pub fn counts(&self) -> &[(u64, u64)] {
        &self.counts
    }

    /// For each step, whether it has happened.
    pub fn done(&self) -> &[bool] {
        &self.done
    }

    /// The actions that are due before a request, at this time since the scenario became active. Each step happens once.
    pub fn due(&mut self, age: SignedDuration) -> Vec<Action> {
        self.take(|planner, step| match &step.after {
            After::Requests(count) => planner.requests >= *count,
            After::Time(time) => age >= time.0,
            After::State(state) => planner.state == *state,
        })
    }

    /// The actions that are due after a request that was carried out: of steps that wait for the state that it has led to.
    pub fn due_by_state(&mut self) -> Vec<Action> {
        self.take(
            |planner, step| matches!(&step.after, After::State(state) if planner.state == *state),
        )
    }

    /// The actions of the steps that are due.
    fn take(&mut self, is_due: impl Fn(&Self, &Step) -> bool) -> Vec<Action> {
        let mut actions = Vec::new();
        // A step may lead to the state that another step waits for.
        while let Some(number) = self.next_due(&is_due) {
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

    fn next_due(&self, is_due: impl Fn(&Self, &Step) -> bool) -> Option<usize> {
        let steps = self.scenario.steps.iter();
        let mut waiting = steps.enumerate().filter(|(number, _)| !self.done[*number]);
        let due = waiting.find(|(_, step)| is_due(self, step));
        due.map(|(number, _)| number)
    }

    /// Counts a request, and returns the rules that fire on it.
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
            let rule_match = RuleMatch {
                rule: number,
                count: *looked_at,
            };
            let number = match rule.when.by {
                None => Some(rule_match.count),
                Some(By::Path) => counted(&mut self.by_path, (number, asked.path)),
            };
            if number.is_some_and(|number| rule.when.meets(rule_match, number, self.seed)) {
                *met += 1;
                fired.push(rule_match);
                if let Some(state) = &rule.then {
                    self.state.clone_from(state);
                }
            }
        }
        fired
    }

    /// The faults of the rules that fired on a request to this destination, ordered by phase.
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

/// Increments a count and returns it; `None` if the maximum number of counts is reached.
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

/// Offset of the rule numbers for faults, so that they draw other random numbers than the decision whether the rule fires.
const MAX_RULES: usize = crate::scenario::MAX_PARTS;

impl Rule {
    /// Whether one of its faults applies to the destination. A rule without faults only changes the state.
    fn applies_to(&self, destination: Destination) -> bool {
        let mut faults = self.faults.iter();
        self.faults.is_empty() || faults.any(|fault| fault.applies().to_destination(destination))
    }

    /// Its faults of this phase.
    fn faults_in(&self, phase: Phase) -> impl Iterator<Item = &Fault> {
        let faults = self.faults.iter();
        faults.filter(move |fault| self.phase.unwrap_or_else(|| fault.default_phase()) == phase)
    }
}

impl When {
    /// Whether the rule counts the request.
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
                .offset
                .is_none_or(|offsets| offsets.contains(asked.offset))
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

    /// Whether the rule fires on a request that it has counted. `number` is its count, by path if the rule counts so.
    fn meets(&self, fired: RuleMatch, number: u64, seed: u64) -> bool {
        self.nth.is_none_or(|numbers| numbers.contains(number))
            && self
                .every
                .is_none_or(|every| number.is_multiple_of(every.get()))
            && self.probability.is_none_or(|probability| {
                Chance::new(seed, fired.rule, fired.count).happens(probability)
            })
    }
}

/// Whether a path matches a pattern, segment by segment; `*` matches any segment.
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
