//! The quota of a key, as the headers of a response state it.

use std::time::Duration;

use http::{StatusCode, header};
use schemas::headers;

use crate::{
    contract::{parameter, reported},
    finding::Exchange,
};

/// The part of a quota that is reserved for other clients: a tenth.
const RESERVE: u64 = 10;
/// A larger reset is a point in time, a smaller one a number of seconds.
const MIN_EPOCH_SECONDS: u64 = 1_000_000_000;

/// The quota in a response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Quota {
    limit: u64,
    remaining: u64,
    /// The time until it is reset.
    reset: Duration,
}

impl Quota {
    pub(super) fn from_exchange(exchange: &Exchange) -> Option<Self> {
        let number = |name| exchange.header(name)?.trim().parse::<u64>().ok();
        if exchange.status == StatusCode::TOO_MANY_REQUESTS {
            let wait = number(header::RETRY_AFTER.as_str())?;
            return Some(Self {
                limit: 0,
                remaining: 0,
                reset: Duration::from_secs(wait),
            });
        }
        if let (Some(state), Some(policy)) = (
            exchange.header(headers::IETF_RATE_LIMIT),
            exchange.header(headers::IETF_RATE_POLICY),
        ) {
            let each = state.split(',').filter_map(|state| {
                Some(Self {
                    limit: reported(policy, state, "q")?,
                    remaining: parameter(state, "r")?,
                    reset: Duration::from_secs(parameter(state, "t")?),
                })
            });
            return each.max_by_key(|quota| quota.wait());
        }
        Some(Self {
            limit: number(headers::RATE_LIMIT)?,
            remaining: number(headers::RATE_REMAINING)?,
            reset: Duration::from_secs(seconds_until_reset(exchange)?),
        })
    }

    /// What a key has left while the run waits.
    pub(super) fn what_is_left(self) -> &'static str {
        if self.remaining == 0 {
            "the quota of a key is used up"
        } else {
            "the rest of a key's quota is reserved for other clients"
        }
    }

    /// The time to wait to keep the reserve; `None` if there is more left, or if the reset is now or past.
    pub(super) fn wait(self) -> Option<Duration> {
        let reserve = self.limit.div_ceil(RESERVE);
        (self.remaining <= reserve && !self.reset.is_zero()).then_some(self.reset)
    }
}

/// The number of seconds until a quota is reset, by the headers other than `Retry-After`.
pub(crate) fn seconds_until_reset(exchange: &Exchange) -> Option<u64> {
    if let Some(state) = exchange.header(headers::IETF_RATE_LIMIT) {
        return parameter(state, "t");
    }
    let reset = exchange.header(headers::RATE_RESET)?;
    let reset = reset.trim().parse().ok()?;
    if reset <= MIN_EPOCH_SECONDS {
        return Some(reset);
    }
    Some(reset.saturating_sub(date(exchange.header(header::DATE)?)?))
}

/// The response's date in epoch seconds: the reset is by the same clock.
fn date(text: &str) -> Option<u64> {
    let time = httpdate::parse_http_date(text).ok()?;
    let since = time.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(since.as_secs())
}
