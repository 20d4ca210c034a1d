//! What can go wrong, as data: no clock, no I/O, no server.
//!
//! - A [`Situation`] is what an API key meets: what it may do, and when it stops to work.
//! - A [`Scenario`] is what happens to calls, and what happens by itself; [`parse()`] reads one, [`library`]
//!   has those that come along.
//! - A [`Fault`] is one thing that goes wrong. `faults/` has a file for each.
//! - [`document`] reads texts, with errors in our words; [`exact`] keeps the digits of numbers.
//! - [`Armed`] is a scenario that is switched on: it counts, draws, and says which faults a call meets.

mod answer;
mod applies;
mod chance;
mod check;
pub mod document;
pub mod exact;
pub mod faults;
pub mod library;
mod parse;
mod plan;
pub mod scenario;
mod situation;
mod span;
mod wire;

pub use answer::Answer;
pub use applies::Applies;
pub use chance::Chance;
pub use faults::{Context, Fault};
pub use parse::{MAX_BYTES, ScenarioError, parse, parse_with, schema_text};
pub use plan::{Armed, Asked, Fired, Planned};
pub use scenario::{Action, Phase, Scenario};
pub use situation::{KeyState, Situation, SituationError, is_organization};
pub use span::Span;
pub use wire::{Protocol, StreamEnd, Wire};
