//! What every organization of a server begins with.

use std::sync::Arc;

use parking_lot::Mutex;
use scenarios::Scenario;

use crate::{
    config::{Config, Timeline},
    world::World,
};

/// What every organization of a server begins with. All of its data follow from this, its name, and
/// what its callers do.
#[derive(Debug)]
pub(crate) struct Origin {
    /// What all made-up data depend on.
    pub seed: u64,
    /// When an order comes to which status.
    pub timeline: Timeline,
    /// The scenario that is switched on from the start, which changes with its file.
    scenario: Mutex<Option<Arc<Scenario>>>,
    /// The companies there are. Nobody changes it, so all organizations share it.
    pub world: World,
}

impl Origin {
    /// Makes the world up.
    pub(crate) fn new(config: &Config) -> Arc<Self> {
        Arc::new(Self {
            seed: config.seed,
            timeline: config.timeline,
            scenario: Mutex::new(
                config
                    .scenario
                    .as_ref()
                    .map(|one| Arc::clone(&one.scenario)),
            ),
            world: World::new(config.seed, config.companies),
        })
    }

    /// The scenario that is switched on from the start.
    pub(crate) fn scenario(&self) -> Option<Arc<Scenario>> {
        self.scenario.lock().clone()
    }

    /// Takes another scenario for it; returns the one before.
    pub(crate) fn replace_scenario(&self, scenario: Arc<Scenario>) -> Option<Arc<Scenario>> {
        self.scenario.lock().replace(scenario)
    }
}
