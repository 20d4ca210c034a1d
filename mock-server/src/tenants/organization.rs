//! One tenant: its clock, keys, data and journal, behind one lock. Nothing of it is shared.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};
use scenarios::PlannedFault;
use schemas::orders::OrderStatus;
use serde_json::{Value, json};

use crate::{
    budget::{OverBudget, Reserved},
    clock::{Clock, ClockSetting, Date, rfc3339},
    config::{Config, limits::MAX_KEYS},
    journal::{Journal, RequestIds},
    keys::{Key, KeyDefinition},
    store::{SharedData, Store},
    tenants::active_scenario::{ActiveScenario, ScenarioRequest, StepContext},
    tokens::Grants,
};

/// Events that one turn of the clock tells of.
const MAX_FIRED: usize = 1_000;

/// A tenant.
#[derive(Debug)]
pub(crate) struct Organization {
    name: Arc<str>,
    /// How it came to be.
    origin: Origin,
    /// Whether its next response says that one of its name was evicted before.
    announces_eviction: AtomicBool,
    /// How its time passes when it is new.
    clock: ClockSetting,
    /// Tells it from others that had its name before.
    life: u64,
    /// The machine's time of the last request, in epoch milliseconds.
    last_used: AtomicI64,
    /// Whether a scenario is switched on, so that nobody needs the lock to know.
    has_scenario: AtomicBool,
    state: Mutex<State>,
}

/// How an organization came to be. One that came to be in a later way is never evicted in favour of one of an earlier.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Origin {
    /// By itself, when somebody used a key that describes itself, or signed in.
    Appeared,
    /// By a control call.
    Created,
    /// The configuration names it, so it is never evicted.
    Configured,
}

/// What is behind the lock.
#[derive(Debug)]
pub(crate) struct State {
    /// Its time.
    pub clock: Clock,
    /// The `Date` of its responses.
    pub date: Date,
    /// Its keys, in the order they were made; an index stays good for ever.
    pub keys: Vec<Key>,
    /// What they use of the server's memory.
    key_memory: Reserved,
    /// What its users have granted to clients.
    pub grants: Grants,
    /// What it has.
    pub store: Store,
    /// Its requests.
    pub journal: Journal,
    /// The scenario that is switched on.
    pub scenario: Option<ActiveScenario>,
}

/// Bytes that a key takes, with its entry in the index of all keys.
const KEY: usize = size_of::<Key>() + 256;

/// There is no place for another key.
#[derive(Debug, thiserror::Error)]
pub enum TooManyKeys {
    /// The organization has as many as it can have.
    #[error("the organization has {MAX_KEYS} keys, the maximum")]
    Keys,
    /// The server has as much as it can have.
    #[error(transparent)]
    Memory(#[from] OverBudget),
}

impl Organization {
    /// A new tenant with its first data, which depend on the origin and its name only.
    pub(crate) fn new(
        name: &str,
        clock: ClockSetting,
        origin: Origin,
        life: u64,
        shared_data: &Arc<SharedData>,
        machine: Timestamp,
    ) -> Self {
        let name: Arc<str> = name.into();
        let state = Mutex::new(State::new(&name, life, clock, shared_data, machine));
        let last_used = AtomicI64::new(machine.as_millisecond());
        Self {
            name,
            origin,
            announces_eviction: AtomicBool::new(false),
            clock,
            life,
            last_used,
            has_scenario: AtomicBool::new(false),
            state,
        }
    }

    /// Whether a scenario is switched on.
    pub(crate) fn has_scenario(&self) -> bool {
        self.has_scenario.load(Ordering::Acquire)
    }

    /// Switches a scenario on, in place of another; or off.
    pub(crate) fn set_scenario(&self, scenario: Option<ActiveScenario>) {
        self.has_scenario
            .store(scenario.is_some(), Ordering::Release);
        let mut state = self.state();
        state.grants.limit_scopes(None);
        state.scenario = scenario;
    }

    /// Tells it from others that had its name before.
    pub(crate) fn life(&self) -> u64 {
        self.life
    }

    /// Six letters or digits.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How it came to be.
    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    /// Lets its next response say that one of its name was evicted before.
    pub(crate) fn announce_eviction(&self) {
        self.announces_eviction.store(true, Ordering::Relaxed);
    }

    /// Whether the response that asks has to say that one of its name was evicted before. That is said once.
    pub(crate) fn take_eviction(&self) -> bool {
        // Almost none has, and to look takes less than to change.
        self.announces_eviction.load(Ordering::Relaxed)
            && self.announces_eviction.swap(false, Ordering::Relaxed)
    }

    /// What is in it. Hold it for a moment only, never across an `.await`.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    /// Notes that it is in use.
    pub(crate) fn touch(&self, machine: Timestamp) {
        self.last_used
            .store(machine.as_millisecond(), Ordering::Relaxed);
    }

    /// When it was last in use, in epoch milliseconds of the machine.
    pub(crate) fn last_used(&self) -> i64 {
        self.last_used.load(Ordering::Relaxed)
    }

    /// How its time passes when it is new.
    pub(crate) fn clock_at_first(&self) -> ClockSetting {
        self.clock
    }

    /// The same tenant with something else in it.
    pub(crate) fn with(&self, clock: ClockSetting, state: State, machine: Timestamp) -> Self {
        Self {
            name: Arc::clone(&self.name),
            origin: self.origin,
            announces_eviction: AtomicBool::new(self.announces_eviction.load(Ordering::Relaxed)),
            clock,
            life: self.life,
            last_used: AtomicI64::new(machine.as_millisecond()),
            has_scenario: AtomicBool::new(self.has_scenario()),
            state: Mutex::new(state),
        }
    }

    /// Everything as it was when the organization was new, but for its keys and grants: they stay, unused. No
    /// scenario is on.
    pub(crate) fn reset(&self, shared_data: &Arc<SharedData>, machine: Timestamp) {
        self.set_scenario(None);
        let mut state = self.state();
        let State { clock, store, .. } =
            State::new(&self.name, self.life, self.clock, shared_data, machine);
        state.grants.reset_quotas();
        let now = clock.now(machine);
        let unused = |key: Key| {
            let mut definition = key.definition;
            // No key is from the future of a clock that was turned back.
            definition.created_at = definition.created_at.min(now);
            Key::new(definition)
        };
        let keys = state.keys.drain(..).map(unused).collect();
        state.journal.reset();
        (state.clock, state.store, state.keys) = (clock, store, keys);
        state.date = Date::default();
    }
}

impl State {
    fn new(
        name: &Arc<str>,
        life: u64,
        clock: ClockSetting,
        shared_data: &Arc<SharedData>,
        machine: Timestamp,
    ) -> Self {
        let clock = Clock::new(clock, machine);
        let now = clock.now(machine);
        let store = Store::new(shared_data, name, now);
        Self::of((name, life), shared_data, clock, Vec::new(), store)
    }

    /// An organization with this name in its `life`, which has this, and nobody has called yet.
    pub(crate) fn of(
        (name, life): (&Arc<str>, u64),
        shared_data: &SharedData,
        clock: Clock,
        keys: Vec<Key>,
        store: Store,
    ) -> Self {
        let mut key_memory = shared_data.memory.nothing();
        key_memory.grow_always(KEY * keys.len());
        Self {
            clock,
            date: Date::default(),
            keys,
            grants: Grants::new(shared_data.seed, name, life),
            store,
            journal: Journal::new(
                RequestIds::new(shared_data.seed, Some(name)),
                &shared_data.memory,
            ),
            key_memory,
            scenario: None,
        }
    }

    /// What its scenario does before a request, which it counts, and the faults that meet the request.
    pub(crate) fn faults(
        &mut self,
        request: ScenarioRequest<'_>,
        machine: Timestamp,
        config: &Config,
    ) -> Vec<PlannedFault> {
        let Some(scenario) = &mut self.scenario else {
            return Vec::new();
        };
        let mut context = StepContext {
            keys: &mut self.keys,
            grants: &mut self.grants,
            store: &mut self.store,
            clock: &mut self.clock,
            machine,
            config,
        };
        scenario.plan(request, &mut context)
    }

    /// What came due after `from` and up to `to`, in the order of time: orders that moved on, keys that
    /// expired or were revoked. The first [`MAX_FIRED`] of it.
    pub(crate) fn fired(&self, from: Timestamp, to: Timestamp) -> Vec<Value> {
        let due = |at: &Timestamp| *at > from && *at <= to;
        let orders = self
            .store
            .orders
            .milestones()
            .map(|(at, id, status)| (at, order_event(at, id, status)));
        let keys = self.keys.iter().filter(|key| key.works(from));
        let keys = keys.filter_map(|key| {
            let (at, event) = key.end()?;
            let id = &key.definition.id;
            Some((at, json!({"at": rfc3339(at), "event": event, "key": id})))
        });
        let mut fired: Vec<_> = orders.chain(keys).filter(|(at, _)| due(at)).collect();
        fired.sort_by_key(|(at, _)| *at);
        fired
            .into_iter()
            .take(MAX_FIRED)
            .map(|(_, event)| event)
            .collect()
    }

    /// The index of the key with this id.
    pub(crate) fn key(&self, id: &str) -> Option<usize> {
        let mut keys = self.keys.iter();
        keys.position(|key| key.definition.id == id)
    }

    /// Adds a key, made by `definition` from the id it gets; returns its index.
    pub(crate) fn add_key(
        &mut self,
        definition: impl FnOnce(String) -> KeyDefinition,
    ) -> Result<usize, TooManyKeys> {
        if self.keys.len() == MAX_KEYS {
            return Err(TooManyKeys::Keys);
        }
        self.key_memory.grow(KEY)?;
        let index = self.keys.len();
        self.keys
            .push(Key::new(definition(format!("key_{}", index + 1))));
        Ok(index)
    }
}

/// How an order's new status is told.
pub(crate) fn order_event(at: Timestamp, id: &str, status: OrderStatus) -> Value {
    json!({"at": rfc3339(at), "event": "order_status", "order": id, "status": status})
}
