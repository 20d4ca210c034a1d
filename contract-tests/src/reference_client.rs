//! A client that keeps every rule, to start from: it lists all orders, reads each, several at a time, creates one, and
//! waits for it.
//!
//! ```text
//! work ──▶ Client::call: one call, tried as often as is sensible ──▶ once: one request
//!                    ╲──▶ pace: what all calls have in common ◀──╱
//! ```
//!
//! What it does in a situation that has a wrong answer, its [`Behaviour`] say. The good ones are their default;
//! the self-test gives it bad ones, one at a time, to prove that the judge notices.

pub mod behaviour;
mod body;
mod crash;
mod http;
mod key;
mod list;
pub mod mutants;
mod orders;
mod raw_http;
mod responses;
mod retry;
mod throttle;
mod workload;

use std::{error::Error, fmt};

pub use self::{behaviour::Behaviour, workload::run};

/// Why the work cannot be done.
#[derive(Debug)]
pub enum Failure {
    /// The key does not work.
    Unauthorized,
    /// The key lacks scopes; those that are needed.
    Forbidden(String),
    /// The server answers with an error; its status.
    Refused(u16),
    /// The server asks to wait for longer than is sensible; seconds.
    LongWait(u64),
    /// What it answers is not what was asked for.
    Unexpected(&'static str),
    /// It does not answer.
    Unreachable(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthorized => {
                formatter.write_str("the API key is not valid: check OPENPROSPECT_API_KEY")
            }
            Self::Forbidden(scopes) => write!(formatter, "the API key needs more scopes: {scopes}"),
            Self::Refused(status) => write!(formatter, "the API returned {status}"),
            Self::LongWait(seconds) => write!(formatter, "the API asks for a wait of {seconds} s"),
            Self::Unexpected(what) => write!(formatter, "the API returned {what}"),
            Self::Unreachable(why) => write!(formatter, "the API cannot be reached: {why}"),
        }
    }
}

impl Error for Failure {}
