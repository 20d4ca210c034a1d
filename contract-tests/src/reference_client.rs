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

mod authorization;
pub mod behaviour;
mod body;
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

/// Why the work cannot be done.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The key does not work.
    Unauthorized,
    /// The user did not sign in; why.
    SignIn(String),
    /// The session is over.
    SessionEnded,
    /// The API does not take an access token that is new.
    TokenRejected,
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

impl Failure {
    /// Whether nothing else will succeed either.
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
