//! Properties of every limit on every clock: requests are rejected before `Retry-After` and admitted at it.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use schemas::ErrorCode::RateLimitExceeded;
use serde_json::json;

use crate::{
    response::Response,
    test_app::{Caller, Organization, START, TestApp},
};

/// An organization at this time, with a caller of the tier `free`.
#[track_caller]
fn free_at(settings: &str, start: Timestamp) -> (Organization, Caller) {
    let app = TestApp::with(settings);
    let organization = app.organization_like(json!({"clock": format!("frozen={start}")}));
    let caller = organization.key(json!({"preset": "orders", "tier": "free"}));
    (organization, caller)
}

/// Sends requests until one is rejected.
#[track_caller]
fn exhaust(caller: &Caller) -> Response {
    let mut answers = (0..1_000).map(|_| caller.get("/orders?limit=1"));
    answers.find(|answer| !answer.status.is_success()).unwrap()
}

fn start() -> Timestamp {
    START.parse().unwrap()
}

fn policies() -> impl Strategy<Value = String> {
    let policy = (1..6_u32, 1..200_u32).prop_map(|(limit, window)| format!("{limit}/{window}s"));
    proptest::collection::vec(policy, 1..=3).prop_map(|policies| policies.join(","))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn admits_at_date_plus_retry_after_and_not_a_moment_earlier(
        policies in policies(), fraction in 0..1_000_i64, steps in proptest::collection::vec(0..4_000_i64, 0..6),
    ) {
        let begin = start() + SignedDuration::from_millis(fraction);
        let (organization, caller) = free_at(&format!("tiers.free = '{policies}'"), begin);
        for step in steps {
            caller.get("/orders?limit=1");
            organization.advance(&format!("{step}ms"));
        }
        let refused = exhaust(&caller);
        let wait = refused.number("retry-after");
        prop_assert!(wait >= 1);
        prop_assert_eq!(refused.number("x-ratelimit-reset"), refused.date().unwrap() + wait);
        let promised = Timestamp::from_second(refused.date().unwrap() + wait).unwrap();
        refused.refused(RateLimitExceeded);
        organization.advance_to(promised - SignedDuration::from_millis(1));
        caller.get("/orders").refused(RateLimitExceeded);
        organization.advance_to(promised);
        caller.get("/orders").ok();
    }

    /// The clock runs, so the test computes everything from the time in the response.
    #[test]
    fn scaled_clock_counts_retry_after_in_real_seconds(
        factor in 30..100_000_i64, limit in 1..4_u32,
    ) {
        let (organization, caller) = free_at(&format!("tiers.free = '{limit}/2400h'"), start());
        exhaust(&caller).refused(RateLimitExceeded);
        organization.clock("scale", json!({"factor": factor})).ok();
        let refused = caller.get("/orders");
        let (wait, reset) = (refused.number("retry-after"), refused.number("x-ratelimit-reset"));
        let date = refused.date().unwrap();
        prop_assert_eq!(wait, (reset - date + factor - 1) / factor);
        // Each second that a caller sleeps is `factor` seconds of the organization.
        let slept = |seconds| Timestamp::from_second(date + seconds * factor).unwrap();
        organization.clock("freeze", json!({"at": slept(wait - 1).to_string()})).ok();
        caller.get("/orders").refused(RateLimitExceeded);
        organization.advance_to(slept(wait));
        caller.get("/orders").ok();
    }
}

#[test]
fn slowed_clock_retry_after_is_not_a_second_too_long() {
    let (organization, caller) = free_at("tiers.free = '1/10s'", start());
    caller.get("/orders").ok();
    organization.advance("7900ms");
    organization.clock("scale", json!({"factor": 0.5})).ok();
    // The remaining 2.1 seconds of the organization are 4.2 seconds for a caller.
    assert_eq!(caller.get("/orders").number("retry-after"), 5);
}

#[test]
fn scaled_clock_can_count_retry_after_in_its_own_seconds() {
    let (organization, caller) = free_at("retry_after = 'virtual'\ntiers.free = '1/2h'", start());
    exhaust(&caller).refused(RateLimitExceeded);
    organization.clock("scale", json!({"factor": 60})).ok();
    let refused = caller.get("/orders");
    let wait = refused.number("retry-after");
    assert_eq!(
        refused.date().unwrap() + wait,
        refused.number("x-ratelimit-reset")
    );
    assert!(wait > 7_200 / 60, "{wait}");
}
