//! Raw requests to one server: no redirects, no decoding, and no retries except one on a new connection.

mod client;
mod limits;
mod permissions;
mod presence;
mod quota;
mod raw;
mod receive;
mod run_time;
mod stopwatch;
mod trust;

pub use self::{
    client::ClientError,
    limits::{Notifier, RunLimits},
    permissions::{Permissions, Requests},
    trust::{Trust, TrustError},
};
pub(crate) use self::{
    client::{Client, RESPONSE_TIMEOUT, builder as client_builder, origin},
    limits::RequestLimiter,
    presence::GONE,
    quota::seconds_until_reset,
    raw::RawResponse,
    run_time::RunTime,
    stopwatch::Stopwatch,
    trust::connect,
};
