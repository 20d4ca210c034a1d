//! The results of every judge: verdicts, the exchanges they are about, and what decides a run. Independent of the judges.

pub mod baseline;
pub(crate) mod concat;
mod credential;
mod excerpt;
mod exchange;
mod exit_code;
mod gate;
mod json_path;
mod level;
pub(crate) mod memory;
mod outcome;
pub mod redaction;
mod request;
mod shell;
mod verdict;
mod words;

use futures_util::future::BoxFuture;

pub use self::{
    credential::{AccessToken, Bearer, Credential},
    excerpt::ExchangeExcerpt,
    exchange::Exchange,
    exit_code::{ExitCode, RunVerdict},
    gate::{RunFailure, RunFailureKind, SeenCount, Share},
    level::Level,
    outcome::{NotPassed, Outcome, Violation},
    request::ApiRequest,
    verdict::Verdict,
};
pub(crate) use self::{
    exchange::{ENVELOPES, json},
    json_path::{any_item, json_path},
    outcome::Basis,
    shell::quoted,
    words::count,
};

/// Resolves when the run should stop.
pub type Interrupted = BoxFuture<'static, ()>;
