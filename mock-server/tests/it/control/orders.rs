//! Moving orders to a status, and cancelling them.

use http::Method;
use proptest::{collection::vec, prelude::*};
use schemas::ErrorCode::{Conflict, EntityNotFound};
use serde_json::{Value, json};

use super::wrong;
use crate::{
    orders::NOBODYS,
    response::Response,
    test_app::{Caller, Organization, all, order},
};

#[track_caller]
fn transition(organization: &Organization, id: &str, to: &str) -> Response {
    let path = format!("/orders/{id}/transition");
    organization.control(Method::POST, &path, json!({"to": to}))
}

#[track_caller]
fn get(caller: &Caller, id: &str) -> Value {
    caller.get(&format!("/orders/{id}")).ok()
}

/// The events about an order, each as `time status`.
fn told(fired: &Value, id: &str) -> Vec<String> {
    let events = fired.as_array().unwrap().iter();
    let events = events.filter(|event| event["order"] == id);
    events
        .map(|event| {
            let (at, status) = (&event["at"], &event["status"]);
            format!("{} {}", at.as_str().unwrap(), status.as_str().unwrap())
        })
        .collect()
}

#[test]
fn order_can_be_completed_by_request() {
    let (organization, caller) = Organization::new();
    let id = caller.create(&order(2));
    organization.advance("2s");
    let moved = transition(&organization, &id, "COMPLETED").ok();
    assert_eq!(moved["order"], get(&caller, &id));
    assert_eq!(moved["order"]["status"], "COMPLETED");
    assert_eq!(moved["order"]["updated_at"], "2026-01-15T09:00:02.000Z");
    // It was accepted automatically a second ago.
    assert_eq!(
        told(&moved["fired"], &id),
        [
            "2026-01-15T09:00:02.000Z IN_PROGRESS",
            "2026-01-15T09:00:02.000Z COMPLETED"
        ]
    );
    let results = caller.get(&format!("/orders/{id}/results")).ok();
    assert_eq!(results["total"], 2);
    let delivered = all(&caller, &format!("/deliveries?order_id={id}"));
    assert_eq!(delivered.len(), 2);
    assert_eq!(delivered[0]["delivered_at"], "2026-01-15T09:00:02.000Z");
    let later = organization.advance("1h");
    assert!(told(&later, &id).is_empty(), "{later}");
    assert_eq!(get(&caller, &id), moved["order"]);
}

#[test]
fn moved_order_continues_by_itself() {
    let (organization, caller) = Organization::new();
    let id = caller.create(&order(1));
    let moved = transition(&organization, &id, "IN_PROGRESS").ok();
    assert_eq!(
        told(&moved["fired"], &id),
        [
            "2026-01-15T09:00:00.000Z ACCEPTED",
            "2026-01-15T09:00:00.000Z IN_PROGRESS"
        ]
    );
    assert_eq!(
        told(&organization.advance("10s"), &id),
        ["2026-01-15T09:00:10.000Z COMPLETED"]
    );
}

#[test]
fn order_can_be_cancelled_until_completed() {
    let (organization, caller) = Organization::new();
    for after in ["0s", "1s", "3s"] {
        let id = caller.create(&order(1));
        organization.advance(after);
        let moved = transition(&organization, &id, "CANCELLED").ok();
        assert_eq!(moved["fired"].as_array().unwrap().len(), 1);
        assert_eq!(moved["order"]["status"], "CANCELLED");
        let later = organization.advance("1h");
        assert!(told(&later, &id).is_empty(), "{later}");
        assert_eq!(get(&caller, &id), moved["order"]);
        let refused = caller
            .get(&format!("/orders/{id}/results"))
            .refused(Conflict);
        assert_eq!(
            refused["message"],
            format!("order {id} is CANCELLED; it has no results")
        );
        let delivered = all(&caller, &format!("/deliveries?order_id={id}"));
        assert!(delivered.is_empty());
    }
}

#[test]
fn order_never_moves_back_or_leaves_a_final_status() {
    let (organization, caller) = Organization::new();
    let id = caller.create(&order(1));
    organization.advance("1s");
    let message = |to| {
        let refused = transition(&organization, &id, to).refused(Conflict);
        let message = refused["message"].as_str().unwrap().to_owned();
        message.replace(&id, "1")
    };
    for to in ["RECEIVED", "ACCEPTED"] {
        assert_eq!(
            message(to),
            format!(
                "order 1 is ACCEPTED and cannot become {to}; it can become IN_PROGRESS, COMPLETED, CANCELLED"
            )
        );
    }
    organization.advance("9s");
    assert_eq!(
        message("CANCELLED"),
        "order 1 is COMPLETED and cannot become CANCELLED; that status is final"
    );
    let other = caller.create(&order(1));
    transition(&organization, &other, "CANCELLED").ok();
    transition(&organization, &other, "COMPLETED").refused(Conflict);
    transition(&organization, &other, "CANCELLED").refused(Conflict);
}

#[test]
fn rejects_impossible_moves_and_names_valid_ones() {
    let (organization, caller) = Organization::new();
    let id = caller.create(&order(1));
    let error = wrong("to", transition(&organization, &id, "DONE"));
    assert!(error.starts_with("must be one of `RECEIVED`, "), "{error}");
    let path = format!("/orders/{id}/transition");
    let empty = organization.control(Method::POST, &path, json!({}));
    assert_eq!(wrong("to", empty), "is required");
    let other = organization.app.organization();
    for (organization, id) in [
        (&organization, NOBODYS),
        (&organization, "1"),
        (&other, &id),
    ] {
        let refused = transition(organization, id, "COMPLETED").refused(EntityNotFound);
        assert_eq!(refused["entity_type"], "order");
    }
    assert_eq!(get(&caller, &id)["status"], "RECEIVED");
}

/// A step that a test takes with its orders.
#[derive(Clone, Debug)]
enum Deed {
    Create,
    Wait(u8),
    Move(usize, &'static str),
    Look,
}

/// The statuses that orders are moved to. The one that delivers results is listed twice.
const WISHES: [&str; 5] = [
    "ACCEPTED",
    "IN_PROGRESS",
    "COMPLETED",
    "COMPLETED",
    "CANCELLED",
];

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        Just(Deed::Create),
        (0..5_u8).prop_map(Deed::Wait),
        (0..6_usize, prop::sample::select(&WISHES[..]))
            .prop_map(|(order, to)| Deed::Move(order, to)),
        Just(Deed::Look),
    ];
    vec(deed, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn deliveries_are_ordered_by_time_and_stay_in_place(deeds in deeds()) {
        let (organization, caller) = Organization::new();
        let (silent, unseen) = Organization::new();
        let (mut orders, mut seen) = (Vec::new(), Vec::new());
        for deed in deeds {
            match deed {
                Deed::Create => {
                    let made = [&caller, &unseen].map(|caller| caller.create(&order(2)));
                    orders.push(made);
                }
                Deed::Wait(seconds) => {
                    for organization in [&organization, &silent] {
                        organization.advance(&format!("{seconds}s"));
                    }
                }
                Deed::Move(number, to) => {
                    let Some([id, same]) = orders.get(number) else { continue };
                    let moved = transition(&organization, id, to).status;
                    prop_assert_eq!(moved, transition(&silent, same, to).status);
                }
                Deed::Look => {
                    let now = all(&caller, "/deliveries");
                    prop_assert!(now.starts_with(&seen));
                    seen = now;
                }
            }
        }
        for organization in [&organization, &silent] {
            organization.advance("10s");
        }
        let at_last = all(&caller, "/deliveries");
        prop_assert!(at_last.starts_with(&seen));
        let time = |row: &Value| row["delivered_at"].as_str().unwrap().to_owned();
        prop_assert!(at_last.is_sorted_by_key(time));
        // The result is the same without requests in between; both are the first organization of their server.
        prop_assert_eq!(&all(&unseen, "/deliveries"), &at_last);
        let after = time(&at_last[at_last.len() / 2]);
        let new = all(&caller, &format!("/deliveries?delivered_since={after}"));
        let later = at_last.iter().filter(|row| time(row) > after).count();
        prop_assert_eq!(&new[..], &at_last[at_last.len() - later..]);
    }
}
