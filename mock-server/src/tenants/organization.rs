//! An organization: its clock, keys, data and journal, behind one lock. Organizations share none of these.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use parking_lot::{Mutex, MutexGuard};
use scenarios::PlannedFault;

use crate::{
    budget::{OverBudget, Reserved},
    clock::{Clock, ClockSetting, Date},
    config::{Config, limits::MAX_KEYS},
    journal::{Journal, RequestIds},
    keys::{Key, KeyDefinition, KeyId},
    store::{SharedData, Store},
    tenants::active_scenario::{ActiveScenario, ScenarioRequest, StepContext},
    tokens::Grants,
};

/// An organization.
#[derive(Debug)]
pub(crate) struct Organization {
    name: Arc<str>,
    /// Why it was created.
    origin: Origin,
    /// Whether the next response reports that an organization with this name was evicted before.
    announces_eviction: AtomicBool,
    /// The clock setting of the new organization, which a reset restores.
    clock: ClockSetting,
    /// Distinguishes it from earlier organizations with the same name.
    life: u64,
    /// The machine's time of the last request, in epoch milliseconds.
    last_used: AtomicI64,
    /// The machine's time of the last API request, in epoch milliseconds; 0 before the first.
    last_request: AtomicI64,
    /// How long it exists after its last request, in the machine's time; without one, until it is deleted.
    lease: Option<SignedDuration>,
    /// Whether a scenario is active. It can be read without the lock.
    has_scenario: AtomicBool,
    state: Mutex<State>,
}

/// Why an organization was created. The order matters: an organization is never evicted in favor of one with a
/// lower origin.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Origin {
    /// Created on demand, when a key that describes itself was used, or a user signed in.
    Appeared,
    /// Created with the control API.
    Created,
    /// Named in the configuration, so it is never evicted.
    Configured,
}

/// The state behind the lock.
#[derive(Debug)]
pub(crate) struct State {
    pub clock: Clock,
    /// The cached `Date` of its responses.
    pub date: Date,
    /// Its keys, in order of creation. Indexes never change.
    pub keys: Vec<Key>,
    /// The server memory that the keys use.
    key_memory: Reserved,
    /// The grants of its users to clients.
    pub grants: Grants,
    /// Its data.
    pub store: Store,
    /// Its requests.
    pub journal: Journal,
    /// The active scenario.
    pub scenario: Option<ActiveScenario>,
}

/// Memory of a key, in bytes, including its entry in the index of all keys.
const KEY: usize = size_of::<Key>() + 180;

/// Why no key can be added.
#[derive(Debug, thiserror::Error)]
pub enum TooManyKeys {
    /// The organization has the maximum number of keys.
    #[error("the organization has {MAX_KEYS} keys, the maximum")]
    Keys,
    /// The server has used all of its memory.
    #[error(transparent)]
    Memory(#[from] OverBudget),
}

impl Organization {
    /// A new organization with its initial data, which depend only on the seed and the name.
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
            last_request: AtomicI64::new(0),
            lease: None,
            has_scenario: AtomicBool::new(false),
            state,
        }
    }

    /// The same organization, which exists for this long after its last request.
    pub(crate) fn with_lease(self, lease: Option<SignedDuration>) -> Self {
        Self { lease, ..self }
    }

    /// Whether a scenario is active.
    pub(crate) fn has_scenario(&self) -> bool {
        self.has_scenario.load(Ordering::Acquire)
    }

    /// Activates a scenario, which replaces the active one; `None` deactivates it.
    pub(crate) fn set_scenario(&self, scenario: Option<ActiveScenario>) {
        self.has_scenario
            .store(scenario.is_some(), Ordering::Release);
        let mut state = self.state();
        state.grants.limit_scopes(None);
        let first_request = state.journal.recorded() + 1;
        state.scenario = scenario.map(|active| active.with_first_request(first_request));
    }

    /// Distinguishes it from earlier organizations with the same name.
    pub(crate) fn life(&self) -> u64 {
        self.life
    }

    /// The name: six letters or digits.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Why it was created.
    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    /// Makes the next response report that an organization with this name was evicted before.
    pub(crate) fn announce_eviction(&self) {
        self.announces_eviction.store(true, Ordering::Relaxed);
    }

    /// Whether this response reports that an organization with this name was evicted before. Only one response
    /// does.
    pub(crate) fn take_eviction(&self) -> bool {
        // The flag is rarely set, and a load is cheaper than a swap.
        self.announces_eviction.load(Ordering::Relaxed)
            && self.announces_eviction.swap(false, Ordering::Relaxed)
    }

    /// The state. Hold the lock briefly, never across an `.await`.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    #[cfg(test)]
    pub(super) fn is_locked(&self) -> bool {
        self.state.is_locked()
    }

    /// Records the time of the latest use.
    pub(crate) fn touch(&self, machine: Timestamp) {
        self.last_used
            .store(machine.as_millisecond(), Ordering::Relaxed);
    }

    /// Records the time of an API request.
    pub(crate) fn touch_by_request(&self, machine: Timestamp) {
        self.touch(machine);
        self.last_request
            .store(machine.as_millisecond(), Ordering::Relaxed);
    }

    /// Time of the latest API request, in epoch milliseconds of the machine; 0 before the first.
    pub(crate) fn last_request(&self) -> i64 {
        self.last_request.load(Ordering::Relaxed)
    }

    /// Time of the latest use, in epoch milliseconds of the machine.
    pub(crate) fn last_used(&self) -> i64 {
        self.last_used.load(Ordering::Relaxed)
    }

    /// When its lease ends, unless it is used before; `None` without a lease. The machine's time.
    pub(crate) fn lease_end(&self) -> Option<Timestamp> {
        let last_used = Timestamp::from_millisecond(self.last_used()).unwrap_or(Timestamp::MAX);
        let end = last_used.saturating_add(self.lease?);
        Some(end.unwrap_or(Timestamp::MAX))
    }

    /// The clock setting of the new organization, which a reset restores.
    pub(crate) fn clock_at_first(&self) -> ClockSetting {
        self.clock
    }

    /// The same organization with another state.
    pub(crate) fn with(&self, clock: ClockSetting, state: State, machine: Timestamp) -> Self {
        Self {
            name: Arc::clone(&self.name),
            origin: self.origin,
            announces_eviction: AtomicBool::new(self.announces_eviction.load(Ordering::Relaxed)),
            clock,
            life: self.life,
            last_used: AtomicI64::new(machine.as_millisecond()),
            last_request: AtomicI64::new(self.last_request()),
            lease: self.lease,
            has_scenario: AtomicBool::new(self.has_scenario()),
            state: Mutex::new(state),
        }
    }

    /// Resets everything to the initial state, except keys and grants: they stay, as if unused. No scenario is
    /// active.
    pub(crate) fn reset(&self, shared_data: &Arc<SharedData>, machine: Timestamp) {
        self.set_scenario(None);
        let mut state = self.state();
        let State { clock, store, .. } =
            State::new(&self.name, self.life, self.clock, shared_data, machine);
        state.grants.reset_quotas();
        let now = clock.now(machine);
        let unused = |key: Key| {
            let mut definition = key.definition;
            // A reset can turn the clock back; no key may be created in the future.
            definition.created_at = definition.created_at.min(now.into());
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
        Self::restored((name, life), shared_data, clock, Vec::new(), store)
    }

    /// The state of an organization in its `life`, with this data and without requests.
    pub(crate) fn restored(
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
            grants: Grants::new(shared_data.seed, name, life, &shared_data.memory),
            store,
            journal: Journal::new(
                RequestIds::new(shared_data.seed, Some(name)),
                shared_data.max_journal,
                &shared_data.memory,
                (&shared_data.captures, shared_data.capture),
            ),
            key_memory,
            scenario: None,
        }
    }

    /// Runs the steps of the scenario that are due, counts the request, and returns the faults that apply to it.
    pub(crate) fn faults(
        &mut self,
        request: ScenarioRequest<'_>,
        machine: Timestamp,
        config: &Config,
    ) -> Vec<PlannedFault> {
        let planned = self.steps(machine, config);
        let planned = planned.map(|(scenario, mut context)| scenario.plan(request, &mut context));
        planned.unwrap_or_default()
    }

    /// Runs the steps of the scenario that wait for the state that a request, which was carried out, has led to.
    pub(crate) fn settle(&mut self, machine: Timestamp, config: &Config) {
        if let Some((scenario, mut context)) = self.steps(machine, config) {
            scenario.settle(&mut context);
        }
    }

    /// The scenario, and what its steps can change.
    fn steps<'a>(
        &'a mut self,
        machine: Timestamp,
        config: &'a Config,
    ) -> Option<(&'a mut ActiveScenario, StepContext<'a>)> {
        let context = StepContext {
            keys: &mut self.keys,
            grants: &mut self.grants,
            store: &mut self.store,
            clock: &mut self.clock,
            machine,
            config,
        };
        self.scenario.as_mut().zip(Some(context))
    }

    /// The index of the key with this id.
    pub(crate) fn key(&self, id: &str) -> Option<usize> {
        let index = KeyId::parse(id)?.index();
        (index < self.keys.len()).then_some(index)
    }

    /// Adds a key, and returns its index. `definition` gets the id of the key.
    pub(crate) fn add_key(
        &mut self,
        definition: impl FnOnce(KeyId) -> KeyDefinition,
    ) -> Result<usize, TooManyKeys> {
        if self.keys.len() == MAX_KEYS {
            return Err(TooManyKeys::Keys);
        }
        self.key_memory.grow(KEY)?;
        let index = self.keys.len();
        self.keys.push(Key::new(definition(KeyId::of_index(index))));
        Ok(index)
    }
}
