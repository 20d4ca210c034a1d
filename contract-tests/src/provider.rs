//! Checks a server against the contract.

pub(crate) mod absence;
pub mod check;
pub mod checks;
mod console;
pub(crate) mod control;
pub(crate) mod dry_run;

mod check_context;
mod permissions;
mod provider_report;
pub(crate) mod recording;
mod replay;
pub mod requirements;
pub(crate) mod runner;
mod schedule;
pub mod session;
mod vacuous_pass;
pub(crate) mod valid_request;

pub use self::{
    console::Console,
    dry_run::Plan,
    provider_report::catalog,
    runner::{Run, Selection, run},
};
