//! What a comparison learns of a server: only what all its responses agree on. A server that does both, depending on the
//! request, has no setting that makes the sandbox equal to it.

use contract_tests::compare::Comparison;
use http::Method;

use crate::{
    target::{Bug, FAITHFUL, PatchedRequest, PatchedResponse, start, start_faithful},
    twin::compare,
};

async fn compared(response: fn(&PatchedRequest, &mut PatchedResponse)) -> Comparison {
    let right = start(Bug {
        response,
        ..FAITHFUL
    });
    compare(start_faithful().await, right.await).await
}

/// Why a fact was not learned.
fn reason<'a>(twin: &'a Comparison, fact: &str) -> &'a str {
    let mut unlearned = twin.unlearned.iter();
    let reason = unlearned.find(|(name, _)| *name == fact);
    reason.map_or("", |(_, reason)| reason)
}

#[track_caller]
fn assert_names(reason: &str, parts: &[&str]) {
    for part in parts {
        assert!(reason.contains(part), "{part}: {reason}");
    }
}

#[tokio::test]
async fn contrary_status_of_some_requests_is_not_outvoted() {
    let twin = compared(|request, response| {
        let is_item = request.head.uri.path().matches('/').count() > 3;
        if request.head.method == Method::HEAD && is_item {
            response.set_status(404);
        }
    })
    .await;
    assert_eq!(twin.learned.head, None);
    let parts = [
        "list_orders with HEAD",
        "shows true",
        "get_order with HEAD",
        "returned 404",
    ];
    assert_names(reason(&twin, "head"), &parts);
    assert!(twin.learned.trailing_slash.is_some(), "{:?}", twin.learned);
}

#[tokio::test]
async fn failure_that_may_pass_contradicts_nothing() {
    let twin = compared(|request, response| {
        if request.head.method == Method::HEAD && request.head.uri.path().ends_with("/orders") {
            response.set_status(503);
        }
    })
    .await;
    assert!(twin.learned.head.is_some_and(|head| head.value));
}

#[tokio::test]
async fn status_of_a_validation_error_is_learned_from_queries_and_bodies() {
    let twin = compared(|request, response| {
        if request.head.method == Method::GET && response.status == 422 {
            response.set_status(400);
        }
    })
    .await;
    assert_eq!(twin.learned.validation_status, None);
    let parts = [
        "limit=0",
        "shows 400",
        "create_order with an empty object",
        "shows 422",
    ];
    assert_names(reason(&twin, "validation_status"), &parts);
}

#[tokio::test]
async fn challenges_are_learned_from_every_rejection_of_a_credential() {
    let twin = compared(|request, response| {
        if response.status == 401 && request.head.headers.contains_key("authorization") {
            response.headers.remove("www-authenticate");
        }
    })
    .await;
    assert_eq!(twin.learned.challenges, None);
    let parts = [
        "list_orders with another scheme",
        "shows false",
        "list_orders without a key",
        "shows true",
    ];
    assert_names(reason(&twin, "challenges"), &parts);
}
