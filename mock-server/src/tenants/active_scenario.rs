//! A scenario that is active in an organization.

use std::{borrow::Cow, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use scenarios::{
    Action, Destination, Fault, HumanDuration, PlannedFault, Planner, RequestFacts, Scenario,
    scenario::After,
};
use schemas::ScopeSet;
use serde_json::{Value, json};

use crate::{
    budget::{Budget, Reserved},
    clock::{Clock, rfc3339},
    config::Config,
    keys::{Expiry, Key, KeyDefinition, KeyHash, KeyId},
    store::Store,
    tenants::{Event, FirstResponses, What},
    tokens::{AccessToken, Grants},
};

/// A scenario that is active in an organization.
#[derive(Debug)]
pub(crate) struct ActiveScenario {
    planner: Planner,
    /// The name, for the journal.
    name: Arc<str>,
    since: Timestamp,
    /// The number in the journal of the first request after its activation.
    first_request: u64,
    /// The scenario's keys, by their names in the scenario.
    own: Vec<(String, KeyHash)>,
    /// The first responses, if a fault needs them.
    first_responses: Option<Arc<FirstResponses>>,
    /// The memory of the scenario, unless organizations share it.
    _memory: Option<Reserved>,
}

/// The facts about a request that a scenario needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScenarioRequest<'a> {
    /// The operation or endpoint.
    pub destination: Destination,
    /// The method.
    pub method: &'a str,
    /// The path, without the prefix of the API.
    pub path: &'a str,
    /// The query.
    pub query: Option<&'a str>,
    /// The caller, if it is known.
    pub caller: Option<ScenarioCaller<'a>>,
}

/// The caller of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ScenarioCaller<'a> {
    /// The key with this index.
    Key(usize),
    /// A token. Rules name it by its subject.
    Token(&'a AccessToken),
}

/// What the steps of a scenario can change, and the data that they need.
#[derive(Debug)]
pub(crate) struct StepContext<'a> {
    /// The organization's keys.
    pub keys: &'a mut [Key],
    /// The grants of its users.
    pub grants: &'a mut Grants,
    /// The organization's data.
    pub store: &'a mut Store,
    /// The organization's clock.
    pub clock: &'a mut Clock,
    /// The machine's time.
    pub machine: Timestamp,
    /// The configuration, for the policies of the tiers.
    pub config: &'a Config,
}

impl ActiveScenario {
    /// Activates a scenario. It uses `memory`, and what it remembers that of the budget.
    pub(crate) fn new(
        scenario: Arc<Scenario>,
        seed: u64,
        now: Timestamp,
        own: Vec<(String, KeyHash)>,
        (budget, memory): (&Arc<Budget>, Option<Reserved>),
    ) -> Self {
        let first_responses = || FirstResponses::new(budget).into();
        Self {
            _memory: memory,
            first_responses: scenario.remembers().then(first_responses),
            name: scenario.name.as_str().into(),
            planner: Planner::new(scenario, seed),
            since: now,
            first_request: 0,
            own,
        }
    }

    /// Whether this is the active scenario.
    pub(crate) fn runs(&self, scenario: &Arc<Scenario>) -> bool {
        self.planner.plans(scenario)
    }

    /// The scenario as it was written.
    pub(crate) fn scenario(&self) -> &Scenario {
        self.planner.scenario()
    }

    /// Its name.
    pub(crate) fn name(&self) -> Arc<str> {
        Arc::clone(&self.name)
    }

    /// When it was activated, on the organization's clock.
    pub(crate) fn since(&self) -> Timestamp {
        self.since
    }

    /// The same, where the request with this number in the journal is the first one after its activation.
    pub(crate) fn with_first_request(self, first_request: u64) -> Self {
        Self {
            first_request,
            ..self
        }
    }

    /// Whether the request with this number in the journal was recorded after its activation. One that was in progress then may have met
    /// another scenario.
    pub(crate) fn precedes(&self, sequence: u64) -> bool {
        self.first_request <= sequence
    }

    /// The first responses, if a fault needs them.
    pub(crate) fn first_responses(&self) -> Option<Arc<FirstResponses>> {
        self.first_responses.clone()
    }

    /// What time alone leads to: steps that become due, and rules that begin or cease to apply.
    pub(crate) fn events(&self) -> impl Iterator<Item = Event<'_>> {
        let event = |after: HumanDuration, what| {
            let at = self.since.saturating_add(after.0).ok()?;
            Some(Event { at, what })
        };
        let scenario = self.planner.scenario();
        let steps = scenario.steps.iter().zip(self.planner.done()).enumerate();
        let steps = steps.filter_map(move |(step, (planned, done))| match planned.after {
            After::Time(time) if !done => event(time, What::StepDue { step }),
            After::Time(_) | After::Requests(_) | After::State(_) => None,
        });
        let rules = scenario.rules.iter().enumerate();
        let rules = rules.flat_map(move |(rule, planned)| {
            let when = &planned.when;
            let started = when
                .from
                .and_then(|from| event(from, What::RuleStarted { rule }));
            let ended = when
                .until
                .and_then(|until| event(until, What::RuleEnded { rule }));
            [started, ended].into_iter().flatten()
        });
        steps.chain(rules)
    }

    /// Runs the steps that are due, counts the request, and returns the faults that apply to it.
    pub(crate) fn plan(
        &mut self,
        request: ScenarioRequest<'_>,
        context: &mut StepContext<'_>,
    ) -> Vec<PlannedFault> {
        let mut age = self.age(context.now());
        for action in self.planner.due(age) {
            context.apply(&action, &self.own);
            // The action may have advanced the clock.
            age = self.age(context.now());
        }
        let (name, hash, scopes) = match request.caller {
            Some(ScenarioCaller::Key(index)) => {
                let key = &context.keys[index].definition;
                (key.id.to_string().into(), Some(key.hash), key.scopes)
            }
            Some(ScenarioCaller::Token(token)) => {
                let scopes = context.grants.scopes_of(token);
                (Cow::from(&*token.subject), None, scopes)
            }
            None => (Cow::from(""), None, ScopeSet::default()),
        };
        let matches = self.planner.plan(&RequestFacts {
            destination: request.destination,
            method: request.method,
            path: request.path,
            offset: offset(request.query),
            key: &name,
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

    /// Runs the steps that wait for the state that a request, which was carried out, has led to.
    pub(crate) fn settle(&mut self, context: &mut StepContext<'_>) {
        for action in self.planner.due_by_state() {
            context.apply(&action, &self.own);
        }
    }

    /// The scenario and its progress, as JSON.
    pub(crate) fn to_json(&self) -> Value {
        let scenario = self.planner.scenario();
        let rules = scenario.rules.iter().zip(self.planner.counts());
        let rules = rules.map(|(rule, (looked_at, met))| {
            let faults: Vec<_> = rule.faults.iter().map(Fault::id).collect();
            json!({"when": rule.when, "faults": faults, "looked_at": looked_at, "met": met})
        });
        let steps = scenario.steps.iter().zip(self.planner.done());
        let steps = steps
            .map(|(step, done)| json!({"after": step.after, "do": step.actions, "done": done}));
        json!({
            "name": scenario.name,
            "summary": scenario.summary,
            "since": rfc3339(self.since),
            "state": self.planner.state(),
            "requests": self.planner.requests(),
            "rules": rules.collect::<Vec<_>>(),
            "steps": steps.collect::<Vec<_>>(),
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

    /// Runs an action of a step.
    fn apply(&mut self, action: &Action, own: &[(String, KeyHash)]) {
        let now = self.now();
        let mut each = |key: Option<&str>, change: &dyn Fn(&mut Key, &Config)| {
            let wanted = key.map(|name| KeySelector::new(name, own));
            let keys = self.keys.iter_mut();
            for key in
                keys.filter(|key| wanted.is_none_or(|wanted| wanted.selects(&key.definition)))
            {
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
                let expire = |key: &mut Key, _: &_| key.definition.expiry = Expiry::at(at);
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
            // A duration is never negative, so the only possible error is a time out of range.
            Action::Advance(by) => drop(self.clock.go(later(*by), self.machine)),
            Action::RevokeGrants {} => self.grants.revoke_all(now),
            Action::RotateSigningKey {} => self.grants.replace_signing_key(),
            // The planner has already changed the state.
            Action::State(_) => {}
        }
    }
}

/// The key that an action names.
#[derive(Clone, Copy, Debug)]
enum KeySelector<'a> {
    /// A key of the scenario.
    Own(KeyHash),
    /// Another key, by its id.
    Id(&'a str),
}

impl<'a> KeySelector<'a> {
    fn new(name: &'a str, own: &[(String, KeyHash)]) -> Self {
        let own = own.iter().find(|own| own.0 == name);
        own.map_or(Self::Id(name), |own| Self::Own(own.1))
    }

    fn selects(self, key: &KeyDefinition) -> bool {
        match self {
            Self::Own(hash) => key.hash == hash,
            Self::Id(id) => KeyId::parse(id) == Some(key.id),
        }
    }
}

/// The `offset` of a query; 0 without a valid one.
fn offset(query: Option<&str>) -> u64 {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let offset = pairs.find(|(name, _)| name == "offset");
    offset
        .and_then(|(_, value)| value.parse().ok())
        .unwrap_or_default()
}
