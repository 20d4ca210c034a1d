//! The judge: checks what a server answers against the OpenProspect contract.
//!
//! ```text
//! arguments ─▶ session (target, keys, ledger) ─▶ runner: every check of the table ─▶ report ─▶ exit code
//! ```
//!
//! It judges bytes. Bodies are read as raw JSON and compared with the committed schemas, never
//! through the types of a server, so that a mistake both make cannot hide.
//!
//! - [`provider`]: judges a server;
//! - [`clients`]: judges a client program;
//! - [`traffic`]: judges recordings and live traffic;
//! - [`compare`]: finds out where two servers diverge;
//! - [`selftest`]: judges the judge, by bugs that it must catch;
//! - [`reference_client`]: a client that keeps every rule, and its bugs;
//! - [`report`]: the one model of what was found, and its formats;
//! - [`contract`]: what a response is held to;
//! - [`http`]: requests to one server, within what its owner permits;
//! - [`finding`]: verdicts, the requests and responses they are about, and what decides a run.

pub mod clients;
pub mod compare;
pub mod contract;
pub mod finding;
pub mod http;
pub mod provider;
pub mod reference_client;
pub mod report;
pub mod selftest;
pub mod traffic;
