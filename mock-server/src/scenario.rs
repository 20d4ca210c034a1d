//! A scenario that is switched on in an organization.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use scenarios::{Action, Armed, Asked, Fault, Planned, Scenario, Span};
use schemas::Operation;
use serde_json::{Value, json};

use crate::{
    clock::{Clock, rfc3339},
    config::Config,
    keys::{Expiry, Key},
};

/// A scenario that is switched on in an organization.
#[derive(Debug)]
pub(crate) struct Running {
    armed: Armed,
    since: Timestamp,
}

/// A call that a scenario looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call<'a> {
    /// The operation.
    pub operation: &'static Operation,
    /// The method.
    pub method: &'a str,
    /// The path after the API's prefix.
    pub path: &'a str,
    /// Which key it comes with.
    pub key: usize,
}

/// What the steps of a scenario can change, and what they need for it.
#[derive(Debug)]
pub(crate) struct Stage<'a> {
    /// The organization's keys.
    pub keys: &'a mut [Key],
    /// The organization's clock.
    pub clock: &'a mut Clock,
    /// The machine's time.
    pub machine: Timestamp,
    /// What the tiers are.
    pub config: &'a Config,
}

impl Running {
    /// Switches a scenario on.
    pub(crate) fn new(scenario: Arc<Scenario>, seed: u64, now: Timestamp) -> Self {
        Self {
            armed: Armed::new(scenario, seed),
            since: now,
        }
    }

    /// Whether it is this scenario.
    pub(crate) fn is(&self, scenario: &Arc<Scenario>) -> bool {
        self.armed.is(scenario)
    }

    /// Does what is due, counts the call, and says which faults meet it.
    pub(crate) fn meet(&mut self, call: Call<'_>, stage: &mut Stage<'_>) -> Vec<Planned> {
        for action in self.armed.due(self.age(stage.now())) {
            stage.act(&action);
        }
        let key = &stage.keys[call.key].definition;
        let fired = self.armed.plan(&Asked {
            operation: call.operation.id,
            method: call.method,
            path: call.path,
            key: &key.id,
            scopes: key.scopes,
            age: self.age(stage.now()),
        });
        self.armed.faults(&fired)
    }

    /// What it is, and how far it has come.
    pub(crate) fn to_json(&self) -> Value {
        let scenario = self.armed.scenario();
        let rules = scenario.rules.iter().zip(self.armed.counts());
        let rules = rules.map(|(rule, (looked_at, met))| {
            let faults: Vec<_> = rule.faults.iter().map(Fault::id).collect();
            json!({"faults": faults, "looked_at": looked_at, "met": met})
        });
        json!({
            "name": scenario.name,
            "summary": scenario.summary,
            "since": rfc3339(self.since),
            "state": self.armed.state(),
            "requests": self.armed.requests(),
            "rules": rules.collect::<Vec<_>>(),
        })
    }

    fn age(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.since)
    }
}

impl Stage<'_> {
    fn now(&self) -> Timestamp {
        self.clock.now(self.machine)
    }

    /// Does what a step says.
    fn act(&mut self, action: &Action) {
        let now = self.now();
        let later = |span: Span| now.saturating_add(span.0).unwrap_or(Timestamp::MAX);
        match action {
            Action::Revoke(choice) => {
                let at = later(choice.delay.unwrap_or_default());
                self.each(choice.key.as_deref(), |key, _| key.revoke(at));
            }
            Action::Expire(choice) => {
                let at = later(choice.delay.unwrap_or_default());
                let expire = |key: &mut Key, _: &_| key.definition.expiry = Expiry::At(at);
                self.each(choice.key.as_deref(), expire);
            }
            Action::SetScopes { key, scopes } => {
                self.each(key.as_deref(), |key, _| key.definition.scopes = *scopes);
            }
            Action::SetTier { key, tier } => {
                self.each(key.as_deref(), |key, config| key.set_tier(*tier, config));
            }
            // It goes on, so there is nothing to refuse but the end of time.
            Action::Advance(by) => drop(self.clock.go(later(*by), self.machine)),
            // The scenario has done so itself.
            Action::State(_) => {}
        }
    }

    /// Does something to the key with that id; to all, where none is named.
    fn each(&mut self, id: Option<&str>, change: impl Fn(&mut Key, &Config)) {
        let keys = self.keys.iter_mut();
        for key in keys.filter(|key| id.is_none_or(|id| key.definition.id == id)) {
            change(key, self.config);
        }
    }
}
