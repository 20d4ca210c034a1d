//! A scenario that is switched on in an organization.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use scenarios::{Action, Armed, Asked, Fault, Planned, Scenario, Span};
use schemas::Operation;
use serde_json::{Value, json};

use crate::{
    clock::{Clock, rfc3339},
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
    pub(crate) fn meet(
        &mut self,
        call: Call<'_>,
        keys: &mut [Key],
        clock: &mut Clock,
        machine: Timestamp,
    ) -> Vec<Planned> {
        for action in self.armed.due(self.age(clock.now(machine))) {
            act(&action, keys, clock, machine);
        }
        let key = &keys[call.key].definition;
        let fired = self.armed.plan(&Asked {
            operation: call.operation.id,
            method: call.method,
            path: call.path,
            key: &key.id,
            scopes: key.scopes,
            age: self.age(clock.now(machine)),
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

/// Does what a step says.
fn act(action: &Action, keys: &mut [Key], clock: &mut Clock, machine: Timestamp) {
    let now = clock.now(machine);
    let later = |delay: Option<Span>| {
        let delay = delay.unwrap_or_default().0;
        now.saturating_add(delay).unwrap_or(Timestamp::MAX)
    };
    match action {
        Action::Revoke(choice) => {
            for key in chosen(keys, choice.key.as_deref()) {
                key.revoke(later(choice.delay));
            }
        }
        Action::Expire(choice) => {
            for key in chosen(keys, choice.key.as_deref()) {
                key.definition.expiry = Expiry::At(later(choice.delay));
            }
        }
        Action::SetScopes { key, scopes } => {
            for key in chosen(keys, key.as_deref()) {
                key.definition.scopes = *scopes;
            }
        }
        Action::SetTier { key, tier } => {
            for key in chosen(keys, key.as_deref()) {
                key.definition.tier = *tier;
            }
        }
        Action::Advance(by) => {
            let to = now.saturating_add(by.0).unwrap_or(now);
            // It goes on, so there is nothing to refuse but the end of time.
            let _ = clock.go(to, machine);
        }
        // The scenario has done so itself.
        Action::State(_) => {}
    }
}

/// The key with that id; all, where none is named.
fn chosen<'a>(keys: &'a mut [Key], id: Option<&'a str>) -> impl Iterator<Item = &'a mut Key> {
    let keys = keys.iter_mut();
    keys.filter(move |key| id.is_none_or(|id| key.definition.id == id))
}
