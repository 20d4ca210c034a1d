//! The program itself: how it starts, what it prints, and how it ends.

mod commands;
mod configuration;
mod log;
mod parent;
mod process;
mod run;
mod scenarios;
mod signals;
mod tls;

/// A key that is valid on any server.
const KEY: &str = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
/// A production key.
const LIVE: &str = "lnc_live_A3mK9pX2vL8hQ5nR7zT1wY4jB6cE0dF9";
