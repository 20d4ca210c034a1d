//! The data that all organizations of a server share.

use std::sync::Arc;

use crate::{
    budget::Budget,
    config::{CaptureLimits, Config, OrderSchedule, limits::SHARE_OF_CONNECTIONS},
    world::{JobIndex, World},
};

/// The data that all organizations of a server share. The data of an organization depend only on this, its name,
/// and its requests.
#[derive(Debug)]
pub(crate) struct SharedData {
    /// Seed of all generated data.
    pub seed: u64,
    /// When an order reaches each status.
    pub schedule: OrderSchedule,
    /// The companies of the world. They never change, so that all organizations share them.
    pub world: World,
    /// The jobs of these companies.
    pub jobs: JobIndex,
    /// The memory that all organizations use, and its limit.
    pub memory: Arc<Budget>,
    /// The part of it that captured headers and bodies use.
    pub captures: Arc<Budget>,
    /// The part of it that connections use.
    pub connections: Arc<Budget>,
    /// Maximum number of requests that a journal keeps.
    pub max_journal: usize,
    /// What is captured.
    pub capture: CaptureLimits,
}

impl SharedData {
    /// Generates the world.
    pub(crate) fn new(config: &Config) -> Arc<Self> {
        let memory = Budget::new(config.max_memory);
        let world = World::new(config.seed, config.companies);
        Arc::new(Self {
            captures: memory.part(config.capture.max),
            connections: memory.part(config.max_memory / SHARE_OF_CONNECTIONS),
            max_journal: config.max_journal,
            capture: config.capture,
            seed: config.seed,
            schedule: config.schedule,
            jobs: JobIndex::of(&world),
            world,
            memory,
        })
    }
}
