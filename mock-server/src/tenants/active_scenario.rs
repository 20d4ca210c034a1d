//! A scenario that is switched on in an organization.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use scenarios::{
    Action, Destination, Fault, HumanDuration, PlannedFault, Planner, RequestFacts, Scenario,
};
use schemas::ScopeSet;
use serde_json::{Value, json};

use crate::{
    budget::Budget,
    clock::{Clock, rfc3339},
    config::Config,
    keys::{Expiry, Key, KeyDefinition, KeyHash},
    store::Store,
    tenants::FirstResponses,
    tokens::{AccessToken, Grants},
};

/// A scenario that is switched on in an organization.
#[derive(Debug)]
pub(crate) struct ActiveScenario {
    planner: Planner,
    since: Timestamp,
    /// The keys that it has, by their names in it.
    own: Vec<(String, KeyHash)>,
    /// What was answered first, where a fault needs to know.
    first_responses: Option<Arc<FirstResponses>>,
}

/// A request that a scenario looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScenarioRequest<'a> {
    /// What it is addressed to.
    pub destination: Destination,
    /// The method.
    pub method: &'a str,
    /// The path; of a request to the API, after its prefix.
    pub path: &'a str,
    /// Who sends it, if that is known.
    pub caller: Option<ScenarioCaller<'a>>,
}

/// Who sends a request that a scenario looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ScenarioCaller<'a> {
    /// Whoever has the key with this index.
    Key(usize),
    /// Whoever has this token. A rule names it by its subject.
    Token(&'a AccessToken),
}

/// What the steps of a scenario can change, and what they need for it.
#[derive(Debug)]
pub(crate) struct StepContext<'a> {
    /// The organization's keys.
    pub keys: &'a mut [Key],
    /// What its users have granted.
    pub grants: &'a mut Grants,
    /// What the organization has.
    pub store: &'a mut Store,
    /// The organization's clock.
    pub clock: &'a mut Clock,
    /// The machine's time.
    pub machine: Timestamp,
    /// What the tiers are.
    pub config: &'a Config,
}

impl ActiveScenario {
    /// Switches a scenario on.
    pub(crate) fn new(
        scenario: Arc<Scenario>,
        seed: u64,
        now: Timestamp,
        own: Vec<(String, KeyHash)>,
        memory: &Arc<Budget>,
    ) -> Self {
        let first_responses = || FirstResponses::new(memory).into();
        Self {
            first_responses: scenario.remembers().then(first_responses),
            planner: Planner::new(scenario, seed),
            since: now,
            own,
        }
    }

    /// Whether it is this scenario.
    pub(crate) fn is(&self, scenario: &Arc<Scenario>) -> bool {
        self.planner.is(scenario)
    }

    /// What was answered first, where a fault needs to know.
    pub(crate) fn first_responses(&self) -> Option<Arc<FirstResponses>> {
        self.first_responses.clone()
    }

    /// Does what is due, counts the request, and says which faults meet it.
    pub(crate) fn plan(
        &mut self,
        request: ScenarioRequest<'_>,
        context: &mut StepContext<'_>,
    ) -> Vec<PlannedFault> {
        let mut age = self.age(context.now());
        for action in self.planner.due(age) {
            context.act(&action, &self.own);
            // It may have moved the clock.
            age = self.age(context.now());
        }
        let (name, hash, scopes) = match request.caller {
            Some(ScenarioCaller::Key(index)) => {
                let key = &context.keys[index].definition;
                (&*key.id, Some(key.hash), key.scopes)
            }
            Some(ScenarioCaller::Token(token)) => {
                (&*token.subject, None, context.grants.scopes_of(token))
            }
            None => ("", None, ScopeSet::default()),
        };
        let matches = self.planner.plan(&RequestFacts {
            destination: request.destination,
            method: request.method,
            path: request.path,
            key: name,
            own_key: self
                .own
                .iter()
                .find(|own| Some(own.1) == hash)
                .map(|own| &*own.0),
            scopes,
            age,
        });
        self.planner.faults(&matches, request.destination)
    }

    /// What it is, and how far it has come.
    pub(crate) fn to_json(&self) -> Value {
        let scenario = self.planner.scenario();
        let rules = scenario.rules.iter().zip(self.planner.counts());
        let rules = rules.map(|(rule, (looked_at, met))| {
            let faults: Vec<_> = rule.faults.iter().map(Fault::id).collect();
            json!({"faults": faults, "looked_at": looked_at, "met": met})
        });
        json!({
            "name": scenario.name,
            "summary": scenario.summary,
            "since": rfc3339(self.since),
            "state": self.planner.state(),
            "requests": self.planner.requests(),
            "rules": rules.collect::<Vec<_>>(),
        })
    }

    fn age(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.since)
    }
}

impl StepContext<'_> {
    fn now(&self) -> Timestamp {
        self.clock.now(self.machine)
    }

    /// Does what a step says.
    fn act(&mut self, action: &Action, own: &[(String, KeyHash)]) {
        let now = self.now();
        let mut each = |key: Option<&str>, change: &dyn Fn(&mut Key, &Config)| {
            let wanted = key.map(|name| KeySelector::new(name, own));
            let keys = self.keys.iter_mut();
            for key in keys.filter(|key| wanted.is_none_or(|wanted| wanted.is(&key.definition))) {
                change(key, self.config);
            }
        };
        let later =
            |duration: HumanDuration| now.saturating_add(duration.0).unwrap_or(Timestamp::MAX);
        match action {
            Action::Revoke(choice) => {
                let at = later(choice.delay.unwrap_or_default());
                each(choice.key.as_deref(), &|key, _| key.revoke(at));
            }
            Action::Expire(choice) => {
                let at = later(choice.delay.unwrap_or_default());
                let expire = |key: &mut Key, _: &_| key.definition.expiry = Expiry::At(at);
                each(choice.key.as_deref(), &expire);
            }
            Action::SetScopes { key, scopes } => {
                if key.is_none() {
                    self.grants.limit_scopes(Some(*scopes));
                }
                each(key.as_deref(), &|key, _| key.definition.scopes = *scopes);
            }
            Action::SetTier { key, tier } => {
                each(key.as_deref(), &|key, config| {
                    key.set_tier(*tier, |tier| config.policies(tier));
                });
            }
            Action::Rotate { key, to, overlap } => {
                let until = later(*overlap);
                each(Some(key), &|key, _| key.revoke(until));
                each(Some(to), &|key, _| key.resume());
            }
            Action::MoveOrders { to } => self.store.move_orders(*to, now),
            // It goes on, so there is nothing to refuse but the end of time.
            Action::Advance(by) => drop(self.clock.go(later(*by), self.machine)),
            Action::RevokeGrants {} => self.grants.revoke_all(now),
            Action::RotateSigningKey {} => self.grants.replace_signing_key(),
            // The scenario has done so itself.
            Action::State(_) => {}
        }
    }
}

/// Which key an action is about.
#[derive(Clone, Copy, Debug)]
enum KeySelector<'a> {
    /// One that the scenario has.
    Own(KeyHash),
    /// Another, by its id.
    Id(&'a str),
}

impl<'a> KeySelector<'a> {
    fn new(name: &'a str, own: &[(String, KeyHash)]) -> Self {
        let own = own.iter().find(|own| own.0 == name);
        own.map_or(Self::Id(name), |own| Self::Own(own.1))
    }

    fn is(self, key: &KeyDefinition) -> bool {
        match self {
            Self::Own(hash) => key.hash == hash,
            Self::Id(id) => key.id == id,
        }
    }
}
