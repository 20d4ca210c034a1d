//! Organizations, their keys, and the scenario that is active in each.

pub(crate) mod active_scenario;
mod events;
mod first_responses;
mod organization;
mod registry;
mod snapshot;

pub use self::registry::OrganizationError;
pub(crate) use self::{
    events::{Event, What},
    first_responses::FirstResponses,
    organization::{Organization, State, TooManyKeys},
    registry::{
        ActivationError, KeyRef, Registry, RotationError, ScenarioKey, TokenRef, UnknownKey,
    },
    snapshot::{Snapshot, SnapshotError},
};
