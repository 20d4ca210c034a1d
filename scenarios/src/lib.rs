//! Faults and scenarios as data: no clock, no I/O, no server.
//!
//! - A [`SelfDescribingKey`] spells out what an API key may do, and when it stops working.
//! - A [`Scenario`] is what happens to requests, and what happens by itself; [`parse()`] reads one, [`library`] contains the
//!   bundled ones.
//! - A [`Fault`] is one thing that goes wrong. `faults/` has a file for each.
//! - [`document`] reads texts, with errors in this project's words; [`exact`] keeps the digits of numbers.
//! - [`Planner`] is an active scenario: it counts requests, draws random numbers, and determines the faults of each request.

#![warn(missing_docs)]

mod applies;
mod chance;
mod check;
mod destination;
pub mod document;
pub mod exact;
pub mod faults;
mod human_duration;
pub mod library;
mod number_range;
mod parse;
mod phase;
mod planner;
mod response;
pub mod scenario;
mod self_describing_key;
mod wire_fault;

pub use applies::Applies;
pub use chance::Chance;
pub use destination::Destination;
pub use faults::{Context, Fault};
pub use human_duration::HumanDuration;
pub use parse::{MAX_BYTES, ScenarioError, parse, parse_with, schema_text};
pub use phase::Phase;
pub use planner::{PlannedFault, Planner, RequestFacts, RuleMatch};
pub use response::FaultResponse;
pub use scenario::{Action, Scenario};
pub use self_describing_key::{
    KeyState, SelfDescribingKey, SelfDescribingKeyError, is_organization,
};
pub use wire_fault::{Protocol, StreamEnd, WireFault};
