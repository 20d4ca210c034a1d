//! Whose request it is: organizations, their keys, and the scenario that is on in each.

mod first_responses;
mod organization;
mod registry;
pub(crate) mod running_scenario;
mod snapshot;

pub use self::registry::OrganizationError;
pub(crate) use self::{
    first_responses::Memory,
    organization::{Organization, State, TooManyKeys, order_event},
    registry::{ArmingError, Brought, Directory, KeyRef, NewKey, RotationError},
    snapshot::{Snapshot, SnapshotError},
};
