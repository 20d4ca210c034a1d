//! The judge: checks what a server answers against the `OpenProspect` contract.
//!
//! ```text
//! arguments ─▶ session (target, keys, ledger) ─▶ runner: every check of the table ─▶ report ─▶ exit code
//! ```
//!
//! It judges bytes. Bodies are read as raw JSON and compared with the committed schemas, never
//! through the types of a server, so that a mistake both make cannot hide.
//!
//! - [`checks`]: the table of every check, and the checks by topic;
//! - [`session`]: the target, and how a check gets keys, organizations and time; `sample` has a call of
//!   each operation that succeeds;
//! - `expected`: what the contract comes to under the settings of a sandbox;
//! - `readings`: what a server does where the documents disagree;
//! - [`baseline`]: failures that are known;
//! - [`needs`], [`grant`] and [`plan`]: what a check sends, what may be sent to a server that is not ours, and
//!   what a run would send, told before it does; `client/guard` holds it to that;
//! - [`report`]: what is made of the findings;
//! - [`traffic`]: recordings of what others have asked and been answered;
//! - [`selftest`]: the judge judged, by bugs that it must catch.

mod answer_headers;
pub mod baseline;
pub mod check;
pub mod checks;
mod client;
pub mod clients;
mod control;
mod duplicates;
mod earned;
mod echo;
mod exit_code;
mod expected;
pub mod grant;
mod job;
mod ledger;
pub mod needs;
mod outline;
mod output_file;
pub mod plan;
mod problem;
mod provoke;
mod readings;
pub mod reference;
mod replay;
pub mod report;
pub mod role;
mod runner;
mod sample;
mod secrets;
pub mod selftest;
pub mod session;
mod stopwatch;
pub mod traffic;
pub mod twin;
mod validate;
mod words;

pub use client::{Bounds, Notices, Trust, TrustError};
pub use exit_code::ExitCode;
pub use output_file::OutputFile;
pub use problem::{Problem, Share};
pub use replay::CommandLine;
pub use runner::{Interrupted, Run, RunVerdict, Selection, run};
