//! Properties of all requests, with scenarios switched on.

use http::Method;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;

use super::{named, statuses};
use crate::test_app::TestApp;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn faults_follow_from_requests_and_affect_no_others(
        calls in prop::collection::vec(0..3_000_u32, 1..30),
    ) {
        let rules = json!([
            {"when": {"probability": 0.4}, "do": [{"error": {"status": 503}}]},
            {"when": {"from": "5s", "every": 3}, "do": [{"truncate": {"after": 5}}]},
        ]);
        let scenario = json!({"scenario": {"name": "a", "summary": "b", "rules": rules}});
        let [one, other] = [(); 2].map(|()| {
            let app = TestApp::new();
            let like = |name: &str| app.organization_like(json!({"name": name, "clock": "frozen=2026-01-15T09:00:00Z"}));
            let (armed, free) = (like("armed1"), like("free01"));
            armed.control(Method::POST, "/scenario", scenario.clone()).ok();
            let [caller, bystander] = [&armed, &free].map(|one| one.key(json!({"preset": "orders"})));
            let seen: Vec<_> = calls.iter().map(|by| {
                armed.advance(&format!("{by}ms"));
                assert_eq!(statuses(&bystander, 1), [200]);
                let answer = caller.call(Method::GET, "/orders").spoiled();
                (answer.status.as_u16(), answer.body.clone())
            }).collect();
            (seen, armed.journal())
        });
        prop_assert_eq!(one, other);
    }

    #[test]
    fn admits_at_date_plus_retry_after_under_a_scenario(advance in 0..3_000_u32) {
        let (organization, _) = named("flapping");
        organization.control(Method::DELETE, "/scenario", ());
        let rule = json!({"when": {"probability": 0.5}, "do": [{"headers": {"set": {"x-a": "b"}}}]});
        let scenario = json!({"scenario": {"name": "a", "summary": "b", "rules": [rule]}});
        organization.control(Method::POST, "/scenario", scenario).ok();
        let caller = organization.spelled("OrdersFree");
        organization.advance(&format!("{advance}ms"));
        prop_assert_eq!(statuses(&caller, 100), vec![200; 100]);
        let refused = caller.call(Method::GET, "/orders").spoiled();
        let wait: i64 = refused.header("retry-after").unwrap().parse().unwrap();
        let early = refused.date().unwrap() + wait - 1;
        organization.advance_to(Timestamp::from_second(early).unwrap());
        prop_assert_eq!(statuses(&caller, 1), [429]);
        organization.advance("1s");
        prop_assert_eq!(statuses(&caller, 1), [200]);
    }
}
