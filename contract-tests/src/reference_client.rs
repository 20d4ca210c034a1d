//! A client that follows every rule, as a starting point: it lists all orders, reads each of them concurrently, creates one,
//! and waits until it is done. A call is a request and its retries.
//!
//! ```text
//! work ──▶ Client::call: one call, retried as often as sensible ──▶ once: one request
//!                    ╲──▶ throttle: state shared by all calls ◀──╱
//! ```
//!
//! Its [`Behaviour`] decides what it does where a client can do something wrong. The defaults are correct; the self-test
//! replaces them by incorrect ones, one at a time, to prove that the judge notices.

mod authorization;
pub mod behaviour;
mod body;
mod busy;
mod crash;
mod http;
mod key;
mod list;
pub mod mutants;
mod orders;
mod pkce;
mod raw_http;
mod responses;
mod retry;
mod session;
mod throttle;
mod workload;

use std::{error::Error, fmt};

pub use self::{behaviour::Behaviour, key::Access, session::SignIn, workload::run};

/// Why the work cannot be completed.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The key is not valid.
    Unauthorized,
    /// The sign-in failed; the reason.
    SignIn(String),
    /// The session has ended.
    SessionEnded,
    /// The API rejects a new access token.
    TokenRejected,
    /// The key lacks scopes; the required ones.
    Forbidden(String),
    /// The server returns an error; its status.
    Refused(u16),
    /// The server asks for a longer wait than is sensible; in seconds.
    LongWait(u64),
    /// The response does not have the expected content.
    Unexpected(&'static str),
    /// There is no response; the reason.
    Unreachable(String),
}

impl Failure {
    /// Whether all other requests will fail as well.
    fn is_about_access(&self) -> bool {
        match self {
            Self::Unauthorized
            | Self::SignIn(_)
            | Self::SessionEnded
            | Self::TokenRejected
            | Self::Forbidden(_) => true,
            Self::Refused(_) | Self::LongWait(_) | Self::Unexpected(_) | Self::Unreachable(_) => {
                false
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthorized => {
                formatter.write_str("the API key is not valid: check OPENPROSPECT_API_KEY")
            }
            Self::SignIn(why) => write!(formatter, "the sign-in failed: {why}"),
            Self::SessionEnded => formatter.write_str("the session has ended: sign in again"),
            Self::TokenRejected => {
                formatter.write_str("the API rejects an access token that was just issued")
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
