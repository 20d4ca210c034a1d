use proptest::prelude::*;
use schemas::{OperationId, Preset, oauth::Endpoint};

use super::*;
use crate::parse;

fn planner(text: &str) -> Planner {
    Planner::new(Arc::new(parse(text).unwrap()), 7)
}

fn asked(operation: OperationId, age: u32) -> RequestFacts<'static> {
    RequestFacts {
        destination: Destination::Operation(operation),
        method: operation.operation().method.as_str(),
        path: "/orders",
        offset: 50,
        key: "key_1",
        own_key: Some("old"),
        scopes: Preset::Orders.scopes(),
        age: SignedDuration::from_secs(age.into()),
    }
}

/// The numbers of the ten requests on which a rule fires.
fn met(when: &str) -> Vec<u32> {
    let rule = format!(
        "name: a\nsummary: b\nkeys: [{{name: old, preset: orders}}, {{name: new, preset: orders}}]\n\
             rules: [{{when: {{{when}}}, do: [{{hang: {{}}}}]}}]"
    );
    let mut planner = planner(&rule);
    (1..=10)
        .filter(|number| {
            !planner
                .plan(&asked(OperationId::ListOrders, *number))
                .is_empty()
        })
        .collect()
}

#[test]
fn rule_applies_to_matching_requests() {
    assert_eq!(met("nth: 3"), [3]);
    assert_eq!(met("nth: 2-4"), [2, 3, 4]);
    assert_eq!(met("nth: 8-"), [8, 9, 10]);
    assert_eq!(met("every: 4"), [4, 8]);
    assert_eq!(met("from: 3s, until: 5s"), [3, 4]);
    assert_eq!(met("from: 3s, nth: 1"), [3]);
    assert_eq!(met("operation: [create_order]"), [0_u32; 0]);
    assert_eq!(
        met("method: get, path: /orders, key: key_1, preset: orders").len(),
        10
    );
    assert_eq!(met("key: old").len(), 10);
    assert_eq!(met("key: new"), [0_u32; 0]);
    assert_eq!(met("path: /orders/*"), [0_u32; 0]);
    assert_eq!(met("offset: 1-").len(), 10);
    assert_eq!(met("offset: 50, nth: 2"), [2]);
    assert_eq!(met("offset: 1-49"), [0_u32; 0]);
    assert_eq!(met("offset: 51-"), [0_u32; 0]);
    assert_eq!(met("preset: full_access"), [0_u32; 0]);
    assert_eq!(met("probability: 0"), [0_u32; 0]);
    let drawn = met("probability: 0.5");
    assert!((1..10).contains(&drawn.len()) && drawn == met("probability: 0.5"));
}

#[test]
fn rule_counts_only_requests_that_one_of_its_faults_applies_to() {
    let mut planner = planner(
        "name: a\nsummary: b\nrules: [{when: {nth: 2}, do: [{paging: {how: loop}}, {list: {is: empty}}]}]",
    );
    let mut met = |operation: OperationId| {
        let fired = planner.plan(&asked(operation, 0));
        let destination = Destination::Operation(operation);
        planner.faults(&fired, destination).len()
    };
    assert_eq!(met(OperationId::ListOrders), 0);
    assert_eq!(met(OperationId::CreateOrder), 0);
    assert_eq!(met(OperationId::GetOrder), 0);
    assert_eq!(met(OperationId::ListCompanies), 2);
}

#[test]
fn rule_applies_to_the_api_or_to_the_named_endpoints() {
    let mut planner = planner(
        "name: a\nsummary: b\nrules:\n- {do: [{hang: {}}]}\n- {when: {endpoint: [token, revoke]}, do: [{hang: {}}]}\n\
         steps: [{after: {requests: 1}, do: [{state: over}]}]",
    );
    let mut met = |destination| {
        let request = RequestFacts {
            destination,
            ..asked(OperationId::ListOrders, 0)
        };
        drop(planner.due(request.age));
        let fired = planner.plan(&request);
        assert_eq!(planner.faults(&fired, destination).len(), fired.len());
        fired.iter().map(|fired| fired.rule).collect::<Vec<_>>()
    };
    assert_eq!(met(Destination::Endpoint(Endpoint::Token)), [1]);
    assert_eq!(met(Destination::Endpoint(Endpoint::Authorize)), [0; 0]);
    let api = Destination::Operation(OperationId::CreateOrder);
    assert_eq!(met(api), [0]);
    assert_eq!((planner.requests(), planner.state()), (1, START));
    drop(planner.due(SignedDuration::ZERO));
    assert_eq!(planner.state(), "over");
}

#[test]
fn counts_requests_by_path() {
    let mut planner =
        planner("name: a\nsummary: b\nrules: [{when: {nth: 1, by: path}, do: [{hang: {}}]}]");
    let mut is_met = |path: &str| {
        let request = RequestFacts {
            path,
            ..asked(OperationId::GetOrder, 0)
        };
        !planner.plan(&request).is_empty()
    };
    let met = ["/orders/a", "/orders/b", "/orders/a", "/orders/b"].map(&mut is_met);
    assert_eq!(met, [true, true, false, false]);
    // The rule does not fire on paths beyond the maximum number of counts.
    let many = (0..MAX_PATHS + 5).filter(|number| is_met(&format!("/orders/{number}")));
    assert_eq!(many.count(), MAX_PATHS - 2);
    assert_eq!(planner.counts()[0].0, 4 + MAX_PATHS as u64 + 5);
}

#[test]
fn rules_and_steps_change_the_state() {
    let mut planner = planner(
        "name: a\nsummary: b\nrules:\n- {when: {state: start, nth: 2}, do: [{hang: {}}], then: broken}\n\
         - {when: {state: broken}, do: [{hang: {}}]}\nsteps:\n- {after: {state: broken}, do: [{revoke: {}}, {state: over}]}",
    );
    let request = asked(OperationId::ListOrders, 0);
    assert_eq!(planner.due(request.age), []);
    assert_eq!(planner.plan(&request), []);
    let first = RuleMatch { rule: 0, count: 2 };
    // The first rule changes the state before the second one is evaluated.
    assert_eq!(
        planner.plan(&request),
        [first, RuleMatch { rule: 1, count: 1 }]
    );
    assert_eq!(planner.due(request.age).len(), 2);
    assert_eq!(planner.state(), "over");
    assert_eq!(planner.due(request.age), []);
    assert_eq!(planner.plan(&request), []);
    assert_eq!(
        (planner.requests(), planner.counts()),
        (3, &[(2, 1), (1, 1)][..])
    );
}

#[test]
fn only_steps_that_wait_for_a_state_are_due_once_it_is_reached() {
    let mut planner = planner(
        "name: a\nsummary: b\nrules: [{then: met}]\nsteps:\n- {after: {requests: 1}, do: [{revoke: {}}]}\n\
         - {after: {time: 0s}, do: [{revoke: {}}]}\n- {after: {state: met}, do: [{expire: {}}, {state: over}]}\n\
         - {after: {state: over}, do: [{expire: {}}]}",
    );
    assert_eq!(planner.due_by_state(), []);
    drop(planner.plan(&asked(OperationId::ListOrders, 0)));
    assert_eq!(planner.due_by_state().len(), 3);
    assert_eq!(planner.done(), [false, false, true, true]);
    assert_eq!(planner.due(SignedDuration::ZERO).len(), 2);
}

proptest! {
    #[test]
    fn same_requests_get_the_same_faults(seed: u64, calls in proptest::collection::vec(0..100_u32, 0..50)) {
        let text = "name: a\nsummary: b\nrules: [{when: {probability: 0.3}, do: [{hang: {}}]}, {when: {every: 3}, do: [{empty: {}}]}]";
        let scenario = Arc::new(parse(text).unwrap());
        let [one, other] = [(); 2].map(|()| {
            let mut planner = Planner::new(Arc::clone(&scenario), seed);
            calls.iter().map(|age| planner.plan(&asked(OperationId::ListOrders, *age))).collect::<Vec<_>>()
        });
        prop_assert_eq!(one, other);
    }
}
