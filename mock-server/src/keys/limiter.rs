//! The arithmetic of rate limits: (policies, bucket, now) → decision. It is pure and reads no clock.
//!
//! A window has a fixed length and starts with the key's first request, at a whole second. It therefore also ends
//! at a whole second: `X-RateLimit-Reset` is exact, and `Date` + `Retry-After` is the first second in which a
//! request is admitted again.

use std::{fmt, num::NonZeroU32, str::FromStr};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clock::duration;

/// A number of requests in a number of seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Policy {
    /// Maximum number of requests in a window.
    pub limit: NonZeroU32,
    /// Length of a window, in seconds.
    pub window: NonZeroU32,
}

/// All policies of a tier. A request is admitted only if every policy admits it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Policies(Box<[Policy]>);

/// Maximum number of policies of a tier.
const MAX_POLICIES: usize = 4;

impl Policies {
    /// One policy: this many requests per hour.
    pub fn per_hour(requests: u32) -> Self {
        let limit = NonZeroU32::new(requests).unwrap_or(NonZeroU32::MIN);
        Self(Box::new([Policy {
            limit,
            window: NonZeroU32::MIN.saturating_add(3_599),
        }]))
    }

    pub fn as_slice(&self) -> &[Policy] {
        &self.0
    }
}

/// The quota that a key has used, for each of its policies.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Bucket {
    windows: Box<[Window]>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Window {
    /// Epoch seconds.
    start: i64,
    used: u32,
}

/// The decision on one request, under the policy that is closest to its limit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Decision {
    /// Whether the request is admitted. Rejected requests do not count.
    pub admitted: bool,
    /// Index of the policy, among those of the tier.
    pub policy: usize,
    /// Maximum number of requests in the policy's window.
    pub limit: u32,
    /// Requests left in the window.
    pub remaining: u32,
    /// When the window ends, in epoch seconds.
    pub reset: i64,
}

impl Bucket {
    /// Counts a request at `now` (epoch seconds), or rejects it.
    pub(crate) fn take(&mut self, policies: &Policies, now: i64) -> Decision {
        let policies = policies.as_slice();
        if self.windows.len() != policies.len() {
            let mut windows = std::mem::take(&mut self.windows).into_vec();
            windows.resize(policies.len(), Window::default());
            self.windows = windows.into();
        }
        for (window, policy) in self.windows.iter_mut().zip(policies) {
            if window.used == 0 || now >= window.end(*policy) {
                *window = Window {
                    start: now,
                    used: 0,
                };
            }
        }
        let admitted = self
            .windows
            .iter()
            .zip(policies)
            .all(|(window, policy)| window.used < policy.limit.get());
        if admitted {
            self.windows.iter_mut().for_each(|window| window.used += 1);
        }
        self.closest(policies, admitted)
    }

    /// What is left of every policy at `now` (epoch seconds). This does not count a request.
    pub(crate) fn left(&self, policies: &Policies, now: i64) -> Vec<Decision> {
        let policies = policies.as_slice();
        let window = |(index, policy): (usize, &Policy)| {
            let window = self.windows.get(index).copied();
            let window = window.filter(|window| now < window.end(*policy));
            window.unwrap_or(Window {
                start: now,
                used: 0,
            })
        };
        let windows = policies.iter().enumerate().map(window).collect();
        Self { windows }.each(policies, true).collect()
    }

    /// Whether this state is possible at `now`.
    pub(crate) fn is_sound(&self, now: Timestamp) -> bool {
        let has_started = |window: &Window| (0..=now.as_second()).contains(&window.start);
        self.windows.len() <= MAX_POLICIES && self.windows.iter().all(has_started)
    }

    /// The windows that have begun: when each ends, in epoch seconds, its limit, and the number of requests in it.
    pub(crate) fn running(&self, policies: &[Policy]) -> impl Iterator<Item = (i64, u32, u32)> {
        let windows = self.windows.iter().zip(policies);
        let begun = windows.filter(|(window, _)| window.used > 0);
        begun.map(|(window, policy)| (window.end(*policy), policy.limit.get(), window.used))
    }

    /// Switches to other policies. A window whose length exists in both sets goes on, with the quota used in it;
    /// the others begin with the next request.
    pub(crate) fn change(&mut self, from: &Policies, to: &Policies) {
        let before: Vec<_> = from.as_slice().iter().zip(&self.windows).collect();
        let window = |policy: &Policy| {
            let mut before = before.iter();
            let same = before.find(|(before, _)| before.window == policy.window);
            same.map_or_else(Window::default, |(_, window)| **window)
        };
        let windows = to.as_slice().iter().map(window).collect();
        self.windows = windows;
    }

    /// The policy with the fewest requests left; among several, the one whose window ends last.
    fn closest(&self, policies: &[Policy], admitted: bool) -> Decision {
        self.each(policies, admitted)
            .min_by_key(|decision| (decision.remaining, -decision.reset))
            .expect("a tier has a policy")
    }

    /// The decision of every policy on the latest request, which was `admitted` or not.
    pub(crate) fn each(
        &self,
        policies: &[Policy],
        admitted: bool,
    ) -> impl Iterator<Item = Decision> {
        self.windows
            .iter()
            .zip(policies)
            .enumerate()
            .map(move |(index, (window, policy))| Decision {
                admitted,
                policy: index,
                limit: policy.limit.get(),
                // The key may have used more under its previous tier.
                remaining: policy.limit.get().saturating_sub(window.used),
                reset: window.end(*policy),
            })
    }
}

impl Decision {
    /// Requests that were left in the window before this request.
    pub(crate) fn remaining_before(&self) -> u32 {
        self.remaining + u32::from(self.admitted)
    }
}

impl Window {
    fn end(self, policy: Policy) -> i64 {
        self.start + i64::from(policy.window.get())
    }
}

/// Parses `100/1h`, or several policies: `10/1s,100/1h`.
impl FromStr for Policies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let policies = text
            .split(',')
            .map(|one| one.trim().parse())
            .collect::<Result<Vec<Policy>, _>>()?;
        if policies.len() > MAX_POLICIES {
            return Err(format!(
                "a tier has at most {MAX_POLICIES} policies; `{text}` has {}",
                policies.len()
            ));
        }
        Ok(Self(policies.into()))
    }
}

impl FromStr for Policy {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let error = || {
            format!(
                "`{text}` is not LIMIT/WINDOW, such as 100/1h: at least 1 request in 1s to 366d"
            )
        };
        let (limit, window) = text.split_once('/').ok_or_else(error)?;
        let limit = limit.trim().parse().map_err(|_| error())?;
        let window = duration(window.trim()).map_err(|_| error())?;
        if window.subsec_nanos() != 0 || window > SignedDuration::from_hours(366 * 24) {
            return Err(error());
        }
        let window = u32::try_from(window.as_secs())
            .ok()
            .and_then(NonZeroU32::new)
            .ok_or_else(error)?;
        Ok(Self { limit, window })
    }
}

impl fmt::Display for Policies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, policy) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let window = SignedDuration::from_secs(policy.window.get().into());
            write!(formatter, "{comma}{}/{window:#}", policy.limit)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn policies(text: &str) -> Policies {
        text.parse().unwrap()
    }

    #[test]
    fn admits_exactly_the_limit_in_each_window() {
        let policies = policies("3/60s");
        let mut bucket = Bucket::default();
        let remaining: Vec<_> = (0..3)
            .map(|_| bucket.take(&policies, 1_000).remaining)
            .collect();
        assert_eq!(remaining, [2, 1, 0]);
        let refused = bucket.take(&policies, 1_059);
        assert_eq!(
            refused,
            Decision {
                admitted: false,
                policy: 0,
                limit: 3,
                remaining: 0,
                reset: 1_060
            }
        );
        assert!(bucket.take(&policies, 1_060).admitted);
    }

    #[test]
    fn reports_the_tightest_policy_and_a_refusal_consumes_none() {
        let policies = policies("2/1s, 3/1h");
        let mut bucket = Bucket::default();
        assert_eq!(bucket.take(&policies, 0).policy, 0);
        bucket.take(&policies, 0);
        assert_eq!(bucket.take(&policies, 0).reset, 1);
        assert!(bucket.take(&policies, 1).admitted);
        let refused = bucket.take(&policies, 2);
        assert_eq!(
            (refused.admitted, refused.policy, refused.reset),
            (false, 1, 3_600)
        );
    }

    #[test]
    fn tier_change_keeps_usage_of_shared_windows() {
        let (large, small) = (policies("10/1s, 5/60s"), policies("3/60s, 9/1h"));
        let mut bucket = Bucket::default();
        for _ in 0..4 {
            assert!(bucket.take(&large, 100).admitted);
        }
        bucket.change(&large, &small);
        let refused = bucket.clone().take(&small, 100);
        assert_eq!((refused.admitted, refused.remaining), (false, 0));
        assert_eq!((refused.policy, refused.reset), (0, 160));
        let again = bucket.take(&small, 160);
        assert_eq!((again.admitted, again.remaining), (true, 2));
        bucket.change(&small, &large);
        assert_eq!(bucket.take(&large, 161).remaining, 3);
    }

    #[test]
    fn policies_survive_a_round_trip_and_errors_name_valid_ones() {
        assert_eq!(policies("100/1h"), Policies::per_hour(100));
        assert_eq!(policies("5/1d").as_slice()[0].window.get(), 86_400);
        assert_eq!(
            policies("10/1s,100/1h").to_string().parse(),
            Ok(policies("10/1s,100/1h"))
        );
        for invalid in [
            "",
            "100",
            "0/1h",
            "5/0s",
            "5/1.5s",
            "5/10000d",
            "x/1h",
            "1/1s,1/2s,1/3s,1/4s,1/5s",
        ] {
            assert!(invalid.parse::<Policies>().is_err(), "{invalid}");
        }
    }

    proptest! {
        /// No window admits more than its limit, and a rejection ends exactly at its reset.
        #[test]
        fn window_never_admits_more_than_its_limit(
            limit in 1..20u32, window in 1..100u32, steps in proptest::collection::vec(0..30i64, 1..200),
        ) {
            let policies = policies(&format!("{limit}/{window}s"));
            let (mut bucket, mut now, mut admitted) = (Bucket::default(), 0, Vec::new());
            for step in steps {
                now += step;
                let decision = bucket.take(&policies, now);
                if decision.admitted {
                    admitted.push((decision.reset, now));
                } else {
                    prop_assert!(decision.reset > now);
                    prop_assert!(!bucket.clone().take(&policies, decision.reset - 1).admitted);
                    prop_assert!(bucket.clone().take(&policies, decision.reset).admitted);
                }
            }
            for (reset, _) in &admitted {
                let used = admitted.iter().filter(|(other, _)| other == reset).count();
                prop_assert!(used <= limit as usize);
            }
        }

        #[test]
        fn parsing_never_panics(text in ".{0,30}") {
            let _ = text.parse::<Policies>();
        }
    }
}
