//! What every organization of a server begins with.

use std::sync::Arc;

use crate::{
    budget::Budget,
    config::{Config, OrderSchedule},
    world::World,
};

/// What every organization of a server begins with. All of its data follow from this, its name, and
/// what its callers do.
#[derive(Debug)]
pub(crate) struct SharedData {
    /// What all made-up data depend on.
    pub seed: u64,
    /// When an order comes to which status.
    pub schedule: OrderSchedule,
    /// The companies there are. Nobody changes it, so all organizations share it.
    pub world: World,
    /// How much memory all organizations together use, and may use.
    pub memory: Arc<Budget>,
}

impl SharedData {
    /// Makes the world up.
    pub(crate) fn new(config: &Config) -> Arc<Self> {
        Arc::new(Self {
            seed: config.seed,
            schedule: config.schedule,
            world: World::new(config.seed, config.companies),
            memory: Budget::new(config.max_memory),
        })
    }
}
