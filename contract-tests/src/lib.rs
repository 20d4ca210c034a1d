//! The judge: checks servers, client programs and traffic against the OpenProspect contract.
//!
//! ```text
//! arguments ─▶ session (target, keys, ledger) ─▶ runner: every check of the table ─▶ report ─▶ exit code
//! ```
//!
//! It judges bytes: it reads bodies as raw JSON and compares them with the committed schemas. It never uses the types of a
//! server, which could hide a mistake of both.
//!
//! - [`provider`]: judges a server;
//! - [`clients`]: judges a client program;
//! - [`advice`]: code that mends what checks and rules find;
//! - [`traffic`]: judges recordings and live traffic;
//! - [`compare`]: reports where two servers diverge;
//! - [`selftest`]: tests the judge with bugs that it must catch;
//! - [`reference_client`]: a client that follows every rule, and its mutants;
//! - [`report`]: the report model of all judges, and its formats;
//! - [`contract`]: what responses are checked against;
//! - [`http`]: requests to one server, within what its owner permits;
//! - [`finding`]: verdicts, the requests and responses they are about, and what decides a run.

pub mod advice;
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
