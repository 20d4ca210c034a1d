//! Rate limits: a key is admitted exactly up to its limit, and again exactly at the announced time.

use http::Method;
use schemas::ErrorCode::{AuthenticationError, RateLimitExceeded, ValidationError};
use serde_json::json;

use crate::{
    response::Response,
    test_app::{Caller, Organization, TestApp, order},
};

/// [`crate::test_app::START`] in epoch seconds.
const START: i64 = 1_768_467_600;

/// A caller with a key of the tier `free`, which these settings describe.
#[track_caller]
fn free(settings: &str) -> (Organization, Caller) {
    let organization = TestApp::with(settings).organization();
    let caller = organization.key(json!({"preset": "full_access", "tier": "free"}));
    (organization, caller)
}

/// Sends requests until the quota is used up.
#[track_caller]
fn exhaust(caller: &Caller) -> Response {
    let mut answers = (0..1_000).map(|_| caller.get("/orders?limit=1"));
    answers
        .find(|answer| answer.status.as_u16() == 429)
        .unwrap()
}

#[track_caller]
fn state(answer: &Response) -> [i64; 3] {
    ["limit", "remaining", "reset"].map(|name| answer.number(&format!("x-ratelimit-{name}")))
}

#[test]
fn free_tier_admits_exactly_100_requests_and_counts_down() {
    let (_, caller) = free("");
    for remaining in (0..100).rev() {
        let answer = caller.get("/orders?limit=1");
        assert_eq!(state(&answer), [100, remaining, START + 3_600]);
        answer.ok();
    }
    let refused = caller.get("/orders?limit=1");
    assert_eq!(state(&refused), [100, 0, START + 3_600]);
    insta::assert_snapshot!(refused.without(&["x-request-id"]), @r#"
    429 Too Many Requests
    cache-control: "no-store"
    content-length: "62"
    content-type: "application/json"
    date: "Thu, 15 Jan 2026 09:00:00 GMT"
    retry-after: "3600"
    x-ratelimit-limit: "100"
    x-ratelimit-remaining: "0"
    x-ratelimit-reset: "1768471200"
    {"code":"rate_limit_exceeded","message":"Rate limit exceeded"}
    "#);
}

#[test]
fn tiers_have_their_limits_and_enterprise_is_the_default() {
    let (organization, _) = free("");
    for (tier, limit) in [("Free", 100), ("Pro", 1_000), ("", 10_000)] {
        let answer = organization
            .spelled(&format!("Orders{tier}"))
            .get("/orders?limit=1");
        assert_eq!(answer.number("x-ratelimit-limit"), limit);
    }
}

#[test]
fn admits_a_request_after_retry_after_and_not_a_second_earlier() {
    let (organization, caller) = free("tiers.free = '2/90s'");
    caller.get("/orders").ok();
    organization.advance("30s");
    let refused = exhaust(&caller);
    assert_eq!(refused.number("retry-after"), 60);
    organization.advance("59s");
    assert_eq!(caller.get("/orders").number("retry-after"), 1);
    organization.advance("999ms");
    assert_eq!(caller.get("/orders").number("retry-after"), 1);
    organization.advance("1ms");
    let admitted = caller.get("/orders");
    assert_eq!(state(&admitted), [2, 1, START + 180]);
    admitted.ok();
}

#[test]
fn refused_requests_are_not_counted() {
    let (organization, caller) = free("tiers.free = '2/1m'");
    exhaust(&caller);
    for _ in 0..5 {
        let refused = caller.get("/orders");
        assert_eq!(state(&refused), [2, 0, START + 60]);
        refused.refused(RateLimitExceeded);
    }
    organization.advance("1m");
    assert_eq!(caller.get("/orders").number("x-ratelimit-remaining"), 1);
}

#[test]
fn unauthorized_is_not_counted_and_has_no_quota_headers() {
    let (organization, caller) = free("");
    let other = organization.key(json!({"preset": "orders", "tier": "free"}));
    caller.get("/orders").ok();
    organization
        .control(Method::POST, "/keys/key_1/revoke", ())
        .ok();
    let refused = caller.get("/orders");
    assert!(
        refused
            .headers
            .keys()
            .all(|name| !name.as_str().contains("ratelimit"))
    );
    refused.refused(AuthenticationError);
    organization
        .spelled("OrdersFreeExpired")
        .get("/orders")
        .refused(AuthenticationError);
    assert_eq!(other.get("/orders").number("x-ratelimit-remaining"), 99);
}

#[test]
fn requests_without_operation_are_not_counted() {
    let (_, caller) = free("");
    caller.get("/nothing");
    caller.call(Method::DELETE, "/orders").send();
    caller.call(Method::OPTIONS, "/orders").send();
    caller.call(Method::GET, "/orders").without("host").send();
    assert_eq!(caller.get("/orders").number("x-ratelimit-remaining"), 99);
}

#[test]
fn all_other_responses_are_counted() {
    let (organization, _) = free("");
    let caller = organization.key(json!({"scopes": ["orders:read"], "tier": "free"}));
    let id = caller.get("/orders?offset=4").ok()["orders"][0]["id"].take();
    let id = id.as_str().unwrap();
    let answers = [
        caller.post("/orders", &order(1)),
        caller.get("/orders?limit=0"),
        caller.get("/orders/nothing"),
        caller.get(&format!("/orders/{id}")),
        caller.call(Method::HEAD, "/orders").send(),
    ];
    let seen: Vec<_> = answers
        .iter()
        .map(|answer| (answer.status.as_u16(), state(answer)[1]))
        .collect();
    assert_eq!(
        seen,
        [(403, 98), (422, 97), (404, 96), (200, 95), (200, 94)]
    );
}

#[test]
fn invalid_bodies_are_counted() {
    let (_, caller) = free("");
    let post = |kind: &str, body: &'static str| {
        let call = caller.call(Method::POST, "/orders");
        call.header("content-type", kind).body(body).send()
    };
    let answers = [
        post("text/plain", "{}"),
        post("application/json", "{"),
        post("application/json", "{}"),
    ];
    let seen: Vec<_> = answers
        .iter()
        .map(|answer| (answer.status.as_u16(), state(answer)[1]))
        .collect();
    assert_eq!(seen, [(415, 99), (400, 98), (422, 97)]);
    caller
        .post("/orders?x=1", &order(1))
        .refused(ValidationError);
    assert_eq!(state(&caller.post("/orders", &order(1)))[1], 95);
}

#[test]
fn quota_belongs_to_the_key_not_the_organization() {
    let (organization, caller) = free("tiers.free = '2/1m'");
    exhaust(&caller);
    let other = organization.key(json!({"preset": "orders", "tier": "free"}));
    assert_eq!(other.get("/orders").number("x-ratelimit-remaining"), 1);
    caller.get("/orders").refused(RateLimitExceeded);
}

#[test]
fn longest_exceeded_policy_sets_retry_after() {
    let (organization, caller) = free("tiers.free = '2/1s,3/1h'");
    assert_eq!(state(&caller.get("/orders")), [2, 1, START + 1]);
    assert_eq!(state(&caller.get("/orders")), [2, 0, START + 1]);
    assert_eq!(caller.get("/orders").number("retry-after"), 1);
    organization.advance("1s");
    let third = caller.get("/orders");
    assert_eq!(state(&third), [3, 0, START + 3_600]);
    third.ok();
    organization.advance("1s");
    let refused = caller.get("/orders");
    assert_eq!(refused.number("retry-after"), 3_598);
    refused.refused(RateLimitExceeded);
    organization.advance("3598s");
    caller.get("/orders").ok();
}

#[test]
fn headers_have_the_configured_dialect() {
    let seen = |dialect: &str| {
        let settings = format!("rate_headers = '{dialect}'\ntiers.free = '2/1s,3/1h'");
        let (_, caller) = free(&settings);
        let mut names: Vec<_> = (caller.get("/orders").headers.iter())
            .filter(|(name, _)| name.as_str().contains("ratelimit"))
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        names.sort();
        names.join("\n")
    };
    insta::assert_snapshot!(seen("x-ratelimit"), @r"
    x-ratelimit-limit: 2
    x-ratelimit-remaining: 1
    x-ratelimit-reset: 1768467601
    ");
    insta::assert_snapshot!(seen("ietf"), @r#"
    ratelimit-policy: "free-1s";q=2;w=1, "free-3600s";q=3;w=3600
    ratelimit: "free-1s";r=1;t=1
    "#);
    assert_eq!(
        seen("both").lines().count(),
        seen("x-ratelimit").lines().count() + seen("ietf").lines().count()
    );
    assert_eq!(seen("none"), "");
}

#[test]
fn retry_after_is_sent_in_every_dialect() {
    for dialect in ["x-ratelimit", "ietf", "both", "none"] {
        let (_, caller) = free(&format!("rate_headers = '{dialect}'\ntiers.free = '1/1m'"));
        assert_eq!(exhaust(&caller).number("retry-after"), 60, "{dialect}");
    }
}

#[test]
fn concurrent_requests_get_exactly_the_limit() {
    let (_, caller) = free("");
    let mut remaining: Vec<_> = std::thread::scope(|scope| {
        let ask = || {
            (0..40)
                .map(|_| caller.get("/orders?limit=1"))
                .collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        let answers = threads.into_iter().flat_map(|one| one.join().unwrap());
        answers
            .filter(|answer| answer.status.is_success())
            .map(|answer| answer.number("x-ratelimit-remaining"))
            .collect()
    });
    remaining.sort_unstable();
    assert_eq!(remaining, (0..100).collect::<Vec<_>>());
}
