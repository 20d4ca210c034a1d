//! Counts requests against the quota of a key or a token's subject, or rejects them with 429; and writes the
//! headers that report it.

use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use schemas::{Tier, headers};

use crate::{
    app::App,
    clock::{Clock, whole_seconds},
    config::{RateHeaders, RetryAfter},
    handlers::ApiError,
    keys::{Bucket, Decision},
};

/// The limiter's decision, with its time and tier.
#[derive(Clone, Copy, Debug)]
pub(super) struct RateState {
    pub(super) decision: Decision,
    pub(super) tier: Tier,
    now: Timestamp,
}

impl RateState {
    /// Counts the request against the quota.
    pub(super) fn take(app: &App, tier: Tier, bucket: &mut Bucket, now: Timestamp) -> Self {
        let decision = bucket.take(app.config.policies(tier), now.as_second());
        Self {
            decision,
            tier,
            now,
        }
    }

    /// The decision of every policy on the latest request, if the tier has several. If it has one, the decision
    /// contains everything.
    pub(super) fn of_several(self, app: &App, bucket: &Bucket) -> Option<Box<[Decision]>> {
        let policies = app.config.policies(self.tier).as_slice();
        let each = || bucket.each(policies, self.decision.admitted).collect();
        (policies.len() > 1).then(each)
    }

    /// Returns 429 if the request is rejected, with the seconds until the next one is admitted.
    pub(super) fn admitted(self, app: &App, clock: &Clock) -> Result<(), ApiError> {
        if self.decision.admitted {
            return Ok(());
        }
        let reset = Timestamp::from_second(self.decision.reset).unwrap_or(Timestamp::MAX);
        let wait = reset.duration_since(self.now);
        let seconds = match app.config.retry_after {
            RetryAfter::Real => clock.seconds_to_sleep(wait),
            RetryAfter::Virtual => whole_seconds(wait),
        };
        Err(ApiError::RateLimited { seconds })
    }

    /// Writes the headers of the configured dialect.
    pub(super) fn tell(self, app: &App, headers: &mut HeaderMap) {
        let decision = self.decision;
        let dialect = app.config.rate_headers;
        if matches!(dialect, RateHeaders::XRateLimit | RateHeaders::Both) {
            let mut number = |name, value| headers.insert(HeaderName::from_static(name), value);
            number(headers::RATE_LIMIT, decision.limit.into());
            number(headers::RATE_REMAINING, decision.remaining.into());
            number(headers::RATE_RESET, decision.reset.into());
        }
        if matches!(dialect, RateHeaders::Ietf | RateHeaders::Both) {
            let limits = app.config.limits(self.tier);
            let state = HeaderValue::try_from(limits.ietf_state(&decision, self.now.as_second()))
                .expect("visible ASCII");
            headers.insert(HeaderName::from_static(headers::IETF_RATE_LIMIT), state);
            headers.insert(
                HeaderName::from_static(headers::IETF_RATE_POLICY),
                limits.ietf_policy.clone(),
            );
        }
    }
}
