//! How a target's settings change the contract: the one place where expectations follow from settings.
//!
//! A sandbox returns its settings; any other server is expected to have the defaults.

use std::cmp::Reverse;

use http::StatusCode;
use jiff::SignedDuration;
use schemas::{
    ErrorCode, Operation, OperationId, Tier,
    assumptions::RateDialect::{self, Both, Ietf, XRateLimit},
    control::SandboxSettings,
    headers,
};
use serde_json::json;

use crate::{
    contract::{parameter, reported},
    finding::{Exchange, NotPassed, Outcome},
};

/// Maximum number of organizations that one check uses at a time: two of its own, and that of the limited key.
const ORGANIZATIONS: usize = 3;
/// Number of polls of an order in progress: each status lasts for at least one.
const LOOKS: i32 = 10;
/// The shortest step of a clock between two of them.
const SHORTEST_STEP: SignedDuration = SignedDuration::from_millis(1);

/// The contract under a target's settings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expected {
    settings: SandboxSettings,
    /// Whether the target states its settings, as a sandbox does.
    are_stated: bool,
}

/// A number of requests in a window.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct RateLimit {
    /// Maximum number of requests in a window.
    pub(crate) requests: u64,
    /// The length of a window.
    pub(crate) window: SignedDuration,
}

/// A field of the quota that responses report.
#[derive(Clone, Copy, Debug)]
pub(crate) enum QuotaField {
    /// The size of the quota.
    Limit,
    /// The requests left.
    Remaining,
    /// When it is reset: a time, or a number of seconds.
    Reset,
}

impl Expected {
    /// Fails if the sandbox keeps too few organizations for the checks.
    pub(crate) fn from_settings(settings: SandboxSettings) -> Result<Self, String> {
        let kept = settings.max_organizations;
        if kept < ORGANIZATIONS {
            return Err(format!(
                "max_organizations is {kept}, and a check needs {ORGANIZATIONS}"
            ));
        }
        Ok(Self {
            settings,
            are_stated: true,
        })
    }

    /// `strict`: checks the target against the whole contract, including what `--documented-only` turns off by default.
    pub(crate) fn with_strict(mut self, strict: bool) -> Self {
        if strict && self.settings.documented_only {
            let SandboxSettings {
                challenges,
                rate_headers,
                ..
            } = SandboxSettings::default();
            self.settings.challenges = challenges;
            self.settings.rate_headers = rate_headers;
        }
        self
    }

    pub(crate) fn settings(&self) -> &SandboxSettings {
        &self.settings
    }

    /// The number of concurrent checks, limited so that none evicts an organization of another.
    pub(crate) fn concurrency(&self, max: usize) -> usize {
        (self.settings.max_organizations / ORGANIZATIONS).clamp(1, max)
    }

    /// The tier whose tightest policy admits the most requests.
    pub(crate) fn widest_tier(&self) -> Tier {
        let tiers = self.settings.tiers.iter();
        let widest =
            tiers.max_by_key(|(_, policies)| tightest(policies).map(|limit| limit.requests));
        widest.map_or_else(Tier::default, |(tier, _)| *tier)
    }

    /// The tier whose tightest policy admits the fewest requests.
    pub(crate) fn narrowest_tier(&self) -> Tier {
        let tiers = self.settings.tiers.iter();
        let narrowest =
            tiers.min_by_key(|(_, policies)| tightest(policies).map(|limit| limit.requests));
        narrowest.map_or(Tier::Free, |(tier, _)| *tier)
    }

    /// The rate limit that rejects the first requests of a tier, if the target states its settings.
    pub(crate) fn stated_limit(&self, tier: Tier) -> Option<RateLimit> {
        let policies = self.settings.tiers.get(&tier)?;
        self.are_stated.then(|| tightest(policies)).flatten()
    }

    /// Every tier that the settings name.
    pub(crate) fn tiers(&self) -> impl Iterator<Item = Tier> {
        self.settings.tiers.keys().copied()
    }

    /// The time until an order is completed.
    pub(crate) fn order_duration(&self) -> SignedDuration {
        let duration = self.settings.order_duration.parse();
        duration.unwrap_or(SignedDuration::from_secs(10))
    }

    /// The time between two polls of an order, so that each status is seen.
    pub(crate) fn order_step(&self) -> SignedDuration {
        (self.order_duration() / LOOKS).max(SHORTEST_STEP)
    }

    /// Whether the statuses of an order last long enough to be seen.
    pub(crate) fn orders_take_time(&self) -> bool {
        self.order_duration() >= SHORTEST_STEP * LOOKS
    }

    /// Skips a check that needs orders in progress where orders take no time.
    pub(crate) fn needs_orders_in_progress(&self) -> Outcome {
        if self.orders_take_time() {
            return Ok(());
        }
        let duration = &self.settings.order_duration;
        Err(NotPassed::Skipped(format!(
            "needs orders that take time, and the setting `order_duration` is {duration}"
        )))
    }

    /// The status of a `HEAD` where `GET` returns `get`.
    pub(crate) fn head(&self, get: StatusCode) -> StatusCode {
        if self.settings.head {
            get
        } else {
            ErrorCode::MethodNotAllowed.status()
        }
    }

    /// The status of a path with a trailing slash, if the path returns `without` without the slash.
    pub(crate) fn slash(&self, without: StatusCode) -> StatusCode {
        if self.settings.trailing_slash {
            without
        } else {
            ErrorCode::NotFound.status()
        }
    }

    /// Whether 401 and 403 carry `WWW-Authenticate`.
    pub(crate) fn challenges(&self) -> bool {
        self.settings.challenges
    }

    pub(crate) fn rate_headers(&self) -> RateDialect {
        self.settings.rate_headers
    }

    /// Whether a query parameter is accepted although it violates this keyword of its schema.
    pub(crate) fn accepts(&self, parameter: &str, keyword: &str) -> bool {
        match keyword {
            "minimum" | "maximum" => self.settings.clamp_limits && parameter == "limit",
            "additionalProperties" => self.settings.ignore_unknown_parameters,
            _ => false,
        }
    }

    /// Why the operation never returns this error, if that follows from the settings.
    pub(crate) fn reason_impossible(
        &self,
        operation: &Operation,
        code: ErrorCode,
    ) -> Option<&'static str> {
        let asks_nothing = operation.request.is_none() && operation.query.is_empty();
        let ignored = code == ErrorCode::ValidationError
            && asks_nothing
            && self.settings.ignore_unknown_parameters;
        let too_early = code == ErrorCode::Conflict && operation.id == OperationId::GetOrderResults;
        if too_early && !self.orders_take_time() {
            return Some("the target completes orders at once");
        }
        ignored.then_some("the target ignores unknown parameters, and the operation has no others")
    }

    pub(crate) fn status(&self, code: ErrorCode) -> u16 {
        if code == ErrorCode::ValidationError {
            self.settings.validation_status
        } else {
            code.status().as_u16()
        }
    }

    /// The status of a validation error, which the documents disagree on, if the target states it.
    pub(crate) fn stated_validation_status(&self) -> Option<u16> {
        self.are_stated.then_some(self.settings.validation_status)
    }

    /// Reads a quota field from the headers that the target uses.
    pub(crate) fn quota(&self, response: &Exchange, field: QuotaField) -> Result<i64, NotPassed> {
        let (name, within) = self.quota_header(field)?;
        let text = response.header(name);
        let state = response.header(headers::IETF_RATE_LIMIT);
        let number = match (within, field) {
            (Some(name), QuotaField::Limit) => {
                text.and_then(|text| reported(text, state.unwrap_or_default(), name))
            }
            (Some(name), _) => text.and_then(|text| parameter(text, name)),
            (None, _) => text.and_then(|text| text.parse().ok()),
        };
        let number = number.and_then(|number| i64::try_from(number).ok());
        number.ok_or_else(|| {
            response.violation(
                &format!("header {name}"),
                json!("a whole number"),
                json!(text),
                "is missing or not a number",
            )
        })
    }

    /// Checks the value of a quota field.
    pub(crate) fn expect_quota(
        &self,
        response: &Exchange,
        field: QuotaField,
        expected: i64,
    ) -> Outcome {
        let (name, _) = self.quota_header(field)?;
        let actual = json!(self.quota(response, field)?);
        response.expect(&format!("header {name}"), &json!(expected), &actual)
    }

    /// The header of a quota field, and the parameter within it.
    fn quota_header(
        &self,
        field: QuotaField,
    ) -> Result<(&'static str, Option<&'static str>), NotPassed> {
        match (self.settings.rate_headers, field) {
            (XRateLimit | Both, QuotaField::Limit) => Ok((headers::RATE_LIMIT, None)),
            (XRateLimit | Both, QuotaField::Remaining) => Ok((headers::RATE_REMAINING, None)),
            (XRateLimit | Both, QuotaField::Reset) => Ok((headers::RATE_RESET, None)),
            (Ietf, QuotaField::Limit) => Ok((headers::IETF_RATE_POLICY, Some("q"))),
            (Ietf, QuotaField::Remaining) => Ok((headers::IETF_RATE_LIMIT, Some("r"))),
            (Ietf, QuotaField::Reset) => Ok((headers::IETF_RATE_LIMIT, Some("t"))),
            (RateDialect::None, _) => Err(NotPassed::Skipped(
                "needs rate-limit headers, which the setting `rate_headers` turns off".to_owned(),
            )),
        }
    }
}

/// The policy that rejects requests first if all are sent at one time, such as `10/1s` of `10/1s,1000/1h`; among several, the
/// one whose window is the longest.
fn tightest(policies: &str) -> Option<RateLimit> {
    let policies = policies.split(',').filter_map(|one| one.split_once('/'));
    let policies = policies.filter_map(|(requests, window)| {
        Some(RateLimit {
            requests: requests.parse().ok()?,
            window: window.parse().ok()?,
        })
    });
    policies.min_by_key(|policy| (policy.requests, Reverse(policy.window)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl FnOnce(&mut SandboxSettings)) -> Result<Expected, String> {
        let mut settings = SandboxSettings::default();
        change(&mut settings);
        Expected::from_settings(settings)
    }

    #[test]
    fn limits_concurrent_checks_to_the_number_of_organizations() {
        let concurrency =
            |kept| with(|set| set.max_organizations = kept).map(|expected| expected.concurrency(8));
        assert_eq!(
            [3, 10, 1_000].map(|kept| concurrency(kept).unwrap()),
            [1, 3, 8]
        );
        assert!(concurrency(2).unwrap_err().contains("max_organizations"));
    }

    #[test]
    fn order_step_shows_each_status() {
        let step = |text: &str| {
            with(|set| set.order_duration = text.to_owned())
                .unwrap()
                .order_step()
        };
        assert_eq!(step("10s"), SignedDuration::from_secs(1));
        assert_eq!(step("1s"), SignedDuration::from_millis(100));
        assert_eq!(step("48h"), SignedDuration::from_secs(17_280));
        assert_eq!(step("0s"), SHORTEST_STEP);
    }

    #[test]
    fn compares_tiers_by_their_tightest_policy() {
        let upside_down = with(|set| {
            set.tiers
                .insert(Tier::Enterprise, "1000/1h,5/1s".to_owned());
        })
        .unwrap();
        assert_eq!(upside_down.widest_tier(), Tier::Pro);
        assert_eq!(upside_down.narrowest_tier(), Tier::Enterprise);
        let baseline = Expected::default();
        assert_eq!(
            (baseline.widest_tier(), baseline.narrowest_tier()),
            (Tier::Enterprise, Tier::Free)
        );
    }
}
