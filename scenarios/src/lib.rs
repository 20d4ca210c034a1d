//! What can go wrong, as data: no clock, no I/O, no server.
//!
//! A [`Situation`] is what an API key meets: what it may do, and when it stops to work.

mod situation;

pub use situation::{KeyState, Situation, SituationError, is_organization};
